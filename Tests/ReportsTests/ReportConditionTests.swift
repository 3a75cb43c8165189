import Domain
import Foundation
import RunStore
import Testing

@testable import Reports

/// Conditions are understood as tables print them, and refused where they mean nothing.
@Suite struct ReportConditionTests {
    /// TV and KLTV with widths 8 and 16, learning rates 0.001 and 0.0001, and 10 and 100 % labels.
    private func filled() throws -> SampleStore {
        let sample = try SampleStore()
        let experiment = try sample.store.record(ExperimentRecord(name: "grid", report: "sweep"))
        for (index, loss) in ["tv", "kltv"].enumerated() {
            var cell = SampleStore.cell(
                loss: loss, labels: index == 0 ? 10 : 100, width: index == 0 ? 8 : 16)
            cell.parameters["learning-rate"] = .number(index == 0 ? 0.001 : 0.0001)
            cell.parameters["side-weights"] = .list([.number(0.1), .number(index == 0 ? 1 : 2)])
            cell.parameters["gate"] = .flag(index == 0)
            try sample.complete(cell, dice: 0.9, experiment: experiment)
        }
        return sample
    }

    private static var vocabulary: ReportVocabulary {
        var vocabulary = SampleStore.vocabulary
        vocabulary.settings = [
            "learning-rate": .init(standard: "0.001", expected: "a number") {
                ReportVocabulary.number($0).map { "\($0)" }
            },
            "gate": .init(standard: "0", expected: "true or false") {
                $0 == "true" ? "1" : $0 == "false" ? "0" : nil
            },
            "young": .init(standard: "joint", expected: "joint or apart") {
                ["joint", "apart"].contains($0) ? $0 : nil
            },
        ]
        return vocabulary
    }

    private func rows(
        _ sample: SampleStore, _ options: [(String, [String])],
        _ vocabulary: ReportVocabulary = vocabulary
    ) throws -> [String] {
        var request = ReportRequest()
        for (name, values) in options { try request.set(name, to: values) }
        let source = ReportSource(
            store: sample.store, vocabulary: vocabulary, request: request)
        let document = try ReportRegistry.require("sweep").document(from: source)
        return document.tables[0].rows.flatMap { $0.cells[0].runs + $0.cells.flatMap(\.runs) }
            .map(String.init)
    }

    @Test(arguments: [
        "loss=tv", "loss=TV", "Loss=TV", "loss=tv,TV", "learning-rate=0.001",
        "learning-rate=1.0e-3", "Learning rate=1e-3", "learning_rate=0.0010", "width=8",
        "width=8.0", "labels=10", "labels=1e1", "labels=10.0", "side-weights=[0.1,1]", "gate=true",
        "model=U-Net,unet", "young=joint", "seed=1.0", "dataset=MCX",
    ])
    func valuesAreUnderstoodAsTablesPrintThem(condition: String) throws {
        let sample = try filled()
        let found = Set(
            try rows(sample, [("where", condition.split(separator: ",").map(String.init))]))
        let both = ["model", "young", "seed", "dataset"].contains { condition.hasPrefix($0) }
        #expect(found == (both ? ["1", "2"] : ["1"]))
    }

    /// A condition keeps runs that do not use the setting. Runs that recorded settings which they do
    /// not use are older than that, and than what they have not recorded: those have its default.
    @Test func aSettingThatARunDoesNotUseKeepsIt() throws {
        let sample = try SampleStore()
        let recorded: [(loss: String, parameters: [String: JSONValue])] = [
            ("kltv", ["young": .text("apart")]), ("kltv", ["young": .text("joint")]),
            ("tv", [:]), ("tv", ["old": .integer(1)]),
            ("tv", ["old": .integer(1), "young": .text("apart")]),
        ]
        for (seed, run) in recorded.enumerated() {
            var cell = SampleStore.cell(loss: run.loss, seed: UInt64(seed))
            cell.parameters.merge(run.parameters) { _, new in new }
            try sample.complete(cell, dice: 0.9)
        }
        var vocabulary = Self.vocabulary
        let use = ReportUse([.init(losses: ["kltv"])])
        vocabulary.uses = ["young": use, "old": use]
        #expect(Set(try rows(sample, [("where", ["young=apart"])], vocabulary)) == ["1", "3", "5"])
        #expect(Set(try rows(sample, [("where", ["young=joint"])], vocabulary)) == ["2", "3", "4"])
        let values = try sample.store.reportVaryingSettings(
            of: [1, 2, 3, 4, 5], defaults: vocabulary.settingDefaults, uses: vocabulary.uses)
        #expect(values["young"] == [1: "apart", 2: "joint", 4: "joint", 5: "apart"])
    }

    @Test(arguments: [
        ("where", "nosuch=1", "unknown axis 'nosuch'"),
        ("where", "width!=4", "unknown axis 'width!'; did you mean 'width'?"),
        ("where", "loss=tvv", "no run has loss 'tvv'; did you mean 'tv'?"),
        ("where", "width=4", "no run has width '4'; there are: 8, 16"),
        ("where", "labels=20", "no run has labels '20'; there are: 10, 100"),
        ("where", "learning-rate=fast", "is 'learning-rate=fast'; expected a number"),
        ("where", "gate=maybe", "is 'gate=maybe'; expected true or false"),
        ("where", "young=apart", "no run has young 'apart'; there are: joint"),
        ("where", "data=feed", "expected dataset"), ("where", "width=", "expected"),
        ("where", "=4", "expected"), ("where", "", "expected"), ("where", "seed=0x1", "expected"),
        ("where", "labels=nan", "expected"), ("where", "model=unet,tv", "no run has model 'tv'"),
        ("reference", "loss=xtv", "no run has loss 'xtv'"),
        ("reference", "los=tv", "did you mean 'loss'?"),
        ("rows", "modle", "did you mean 'model'?"), ("columns", "labls", "did you mean 'labels'?"),
        ("rows", "", "expected at least one value"), ("values", "dcie", "did you mean 'dice'?"),
        ("experiment", "gird", "unknown experiment 'gird'; did you mean 'grid'?"),
        ("dataset", "mxc", "did you mean 'mcx'?"),
    ])
    func whatMeansNothingIsRefused(option: String, value: String, part: String) throws {
        let sample = try filled()
        let texts = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        do {
            _ = try rows(sample, [(option, texts)])
            Issue.record("accepted \(option) \(value)")
        } catch {
            #expect("\(error)".contains(part), "\(error)")
        }
    }

    @Test func headingsNameAxesAndMetrics() throws {
        let sample = try filled()
        #expect(
            try !rows(sample, [("rows", ["Data set", "Learning rate"]), ("values", ["HD"])]).isEmpty
        )
    }

    @Test func conditionsThatLeaveNothingSaySo() throws {
        let sample = try filled()
        let error = #expect(throws: ReportError.self) {
            try rows(sample, [("where", ["loss=tv", "width=16"])])
        }
        #expect(
            error?.description
                == "no run has loss=tv and width=16 at once; there is nothing to show")
        // Every report refuses, whether or not it has a use for the option.
        for entry in ReportRegistry.all {
            #expect(throws: ReportError.self, "\(entry.name)") {
                try entry.document(from: sample.source { $0.values = ["dcie"] })
            }
            #expect(throws: ReportError.self, "\(entry.name)") {
                try entry.document(from: sample.source { $0.selection.losses = ["dcie"] })
            }
        }
    }

    @Test func theReportOfASweepThatBeganShowsWhatIsMissing() throws {
        let sample = try SampleStore()
        _ = try sample.store.plan([SampleStore.cell()])
        var source = sample.source {
            $0.selection.losses = ["kltv"]
            $0.reference = ReportRequest.Reference(axis: .loss, value: "kltv")
        }
        source.acceptsNothing = true
        let document = try ReportRegistry.require("sweep").document(from: source)
        #expect(!document.holdsResults)
    }

    @Test func recipesAreCheckedBesideTheValuesOfTheCells() throws {
        func complaint(_ text: String) -> String? {
            do {
                try ReportRecipe(text).check(in: Self.vocabulary) { axis in
                    ["loss": ["tv", "kltv"], "learning-rate": ["0.001"]][axis]
                }
                return nil
            } catch {
                return "\(error)"
            }
        }
        for good in [
            "sweep", "sweep rows=model,loss columns=labels values=dice,HD reference=loss=TV",
            "sweep where=learning-rate=1e-3", "sweep where=dataset=folder:mine",
            "p1-table1 labels=10",
            "sweep values=class-f1/0", "sweep rows=young where=young=apart",
        ] {
            #expect(complaint(good) == nil, "\(good): \(complaint(good) ?? "")")
        }
        for bad in [
            "sweep rows=foo", "sweep columns=los", "sweep values=dcie", "sweep reference=loss=xetv",
            "sweep where=learning-rate=0.1", "sweep where=young=never", "sweep where=foo=1",
            "sweep dataset=mxc", "sweep rows=", "sweep rows=,", "x.pdf", "sweep labels=nan",
        ] {
            #expect(complaint(bad) != nil, "\(bad)")
        }
    }

    @Test func anEndingNamesTheFormat() throws {
        #expect(try ReportFormat.of("a/b.html", given: nil) == .html)
        #expect(try ReportFormat.of("a/B.TEX", given: nil) == .latex)
        #expect(try ReportFormat.of("a/b", given: nil) == .markdown)
        #expect(try ReportFormat.of("/dev/stdout", given: nil) == .markdown)
        #expect(try ReportFormat.of("x.pdf", given: .csv) == .csv)
        #expect(try ReportFormat.of("x.tex", given: .latex) == .latex)
        let contrary = #expect(throws: ReportError.self) {
            try ReportFormat.of("x.html", given: .latex)
        }
        #expect(
            contrary?.description.contains("expected html, or a file that ends in .tex") == true)
        for path in ["x.pdf", "x.docx", "a.md.bak", "x.txt"] {
            let error = #expect(throws: ReportError.self) {
                try ReportFormat.of(path, given: nil)
            }
            #expect(error?.description.contains("'\(path)'; expected a file that ends in") == true)
        }
    }
}
