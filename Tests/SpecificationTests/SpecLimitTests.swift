import Foundation
import RunStore
import Testing
import Training

@testable import Specification

/// What cannot be trained is said when the file is read.
@Suite struct SpecLimitTests {
    private func file(_ grid: String = "", _ train: String = "", _ rest: String = "") -> String {
        """
        name: small
        grid: {dataset: mcx, model: unet, loss: [tv, kltv], \(grid.isEmpty ? "seed: 1" : grid)}
        train: {\(train.isEmpty ? "epochs: 5" : train)}
        \(rest)
        """
    }

    private func complaint(_ text: String, _ overrides: String...) -> String? {
        do {
            _ = try SweepPlan(spec(text, overrides), vocabulary: vocabulary)
            return nil
        } catch {
            return "\(error)"
        }
    }

    // MARK: Size

    @Test func aHugeGridIsRefusedBeforeItIsBuilt() {
        func list(_ range: Range<Int>) -> String {
            "[" + range.map(String.init).joined(separator: ", ") + "]"
        }
        let text = file(
            "seed: " + list(0..<1000), "width: \(list(1..<513)), batch: \(list(1..<2001))")
        #expect(
            complaint(text)
                == "e.yaml: the grid has 2,000 x 1,000 x 512 x 2 = 2,048,000,000 cells "
                + "(batch x seed x width x loss); expected at most 100,000")
        // More than any number holds.
        let many = (1...45).map { "loss-a: \(list(0..<$0))" }.last ?? ""
        let keys = [
            "tversky-smooth", "loss-b", "max-seconds", "epochs", "checkpoint-every", "batch",
        ]
        let axes = keys.map { "\($0): \(list(1..<1001))" }.joined(separator: ", ")
        let error = complaint(file("seed: " + list(0..<2000), "\(many), \(axes)"))
        #expect(error?.contains("cells (") == true && error?.contains("=") == false)
    }

    @Test func aLongListOfSeedsIsRead() throws {
        let seeds = (0..<50_000).map(String.init).joined(separator: ", ")
        let cells = try SweepPlan(spec(file("seed: [\(seeds)]")), vocabulary: vocabulary).cells
        #expect(cells.count == 100_000)
        #expect(cells.last?.seed == 49_999)
        let error = complaint(file("seed: [\(seeds), 50000]"))
        #expect(error?.contains("= 100,002 cells (seed x loss)") == true, "\(error ?? "none")")
        let again = complaint(file(), "seed=[\(seeds), \(seeds), 1]")
        #expect(again?.contains("100,001 cells (seed)") == true, "\(again ?? "none")")
    }

    @Test func whatIsTooLongIsNotRead() throws {
        let list = "seed=[" + String(repeating: "1, ", count: 600_000) + "1]"
        #expect(complaint(file(), list)?.contains("longer than 1,500,000 bytes") == true)
        let path = NSTemporaryDirectory() + UUID().uuidString + ".yaml"
        try Data(repeating: 0x20, count: 1_500_001).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        for (path, reason) in [(path, "longer than 1,500,000 bytes"), ("/dev/zero", "a device")] {
            let error = #expect(throws: SpecError.self) {
                try Spec(path: path, vocabulary: vocabulary)
            }
            #expect(error?.description.contains(reason) == true)
        }
    }

    // MARK: Numbers

    @Test func spellingsOfOneNumberAreOneValue() throws {
        let text = file("labels: [10, 10.0, 1e1], seed: [1, 1.0]", "learning-rate: [1e-3, 0.0010]")
        let spec = try spec(text)
        #expect(spec.axes.first { $0.name == "labels" }?.values == ["10"])
        #expect(spec.axes.first { $0.name == "seed" }?.values == ["1"])
        #expect(spec.axes.first { $0.name == "learning-rate" }?.values == ["0.001"])
        let one = try SweepPlan(spec, vocabulary: vocabulary).cells
        let other = try SweepPlan(
            Specification.Spec(
                text: file("labels: 10, seed: 1", "learning-rate: 1.0e-3"), path: "e.yaml",
                vocabulary: vocabulary), vocabulary: vocabulary
        ).cells
        #expect(one == other)
    }

    @Test(arguments: [
        "seed: 1.5", "seed: -1", "seed: 0x10", "seed: 1_000", "seed: 010", "seed: 1e30",
        "seed: nan",
        "labels: 1e-300", "labels: nan", "labels: inf", "labels: 100.1", "labels: 1e400",
        "dataset: 'folder:'", "dataset: \"folder:a\\nb\"",
    ])
    func gridsOfOtherNumbersAreRefused(text: String) {
        let isDataset = text.hasPrefix("dataset")
        let text = isDataset ? file().replacing("dataset: mcx", with: text) : file(text)
        let error = complaint(text)
        #expect(error?.hasPrefix("e.yaml:2:") == true, "\(error ?? "none")")
    }

    @Test(arguments: [
        "epochs: 0", "epochs: 1.5", "image: 2049", "image: 8", "image: [64, 4000]", "width: 0",
        "batch: 1e400", "batch: '0x10'", "learning-rate: inf", "learning-rate: 1e39",
        "learning-rate: -0.1", "augment-flip: nan", "epochs: []", "epochs:", "epochs: {}",
        "optimizer: adma", "gate-level-1: maybe", "side-weights: [1, nan, 1, 1]",
    ])
    func settingsOfOtherNumbersAreRefused(text: String) {
        #expect(complaint(file("", text))?.contains("e.yaml:3:") == true)
        let key = String(text.prefix { $0 != ":" })
        let value = text.dropFirst(key.count + 1).drop { $0 == " " }
        let error = complaint(file(), "\(key)=\(value)")
        #expect(error?.hasPrefix("--set \(key)=\(value): ") == true, "\(error ?? "none")")
    }

    @Test func sentencesQuoteWhatTheUserWrote() {
        #expect(
            complaint(file("", "epochs: []"))
                == "e.yaml:3:17: 'epochs' is '[]'; expected one value or a list of values, at "
                + "least one"
        )
        #expect(complaint(file("", "width: [4, [5]]"))?.contains("'width' is '[4, [5]]'") == true)
        #expect(
            complaint(file("", "optimizer: adma"))
                == "e.yaml:3:20: unknown optimizer 'adma'; did you mean 'adam'? known: adam")
        #expect(
            complaint("- a\n- b")?.hasPrefix("e.yaml:1:1: not valid YAML: expected keys") == true)
    }

    // MARK: Exclusions

    @Test(arguments: [
        ("[{labels: 20}]", "labels '20'; known: 100"), ("[{loss: xetv}]", "loss 'xetv'"),
        ("[{loss: [tv, xetv]}]", "loss 'xetv'"), ("[{epochs: 6}]", "epochs '6'"),
        ("[{width: 8}]", "width '8'; known: 32"), ("[{seed: 1}, {seed: 2}]", "seed '2'"),
    ])
    func anExclusionThatExcludesNothingIsAnError(exclude: String, part: String) {
        let error = complaint(file("", "", "exclude: \(exclude)"))
        #expect(error?.contains("'exclude' names") == true, "\(error ?? "none")")
        let words = part.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        for word in words { #expect(error?.contains(word) == true, "\(error ?? "none")") }
    }

    @Test func exclusionsMeanNumbersNotTheirSpelling() throws {
        let text = file("labels: [10, 100]", "learning-rate: [1.0e-3, 0.01]")
        let excluded = text + "exclude: [{labels: 1e1, learning-rate: 0.0010}]"
        #expect(try SweepPlan(spec(excluded), vocabulary: vocabulary).cells.count == 6)
        // What an override takes away may still be excluded.
        let fewer = try spec(excluded, ["labels=100"])
        #expect(try SweepPlan(fewer, vocabulary: vocabulary).cells.count == 4)
    }

    // MARK: Anchors

    @Test func anchorsHaveAPlaceToStand() throws {
        let text = """
            name: small
            x-usual: &usual {epochs: 5, width: 8}
            x-rates: [&slow 1e-4, 1e-3]
            grid: {dataset: mcx, model: unet, loss: tv}
            train:
              <<: *usual
              width: 4
              learning-rate: *slow
            """
        let cell = try #require(SweepPlan(spec(text), vocabulary: vocabulary).cells.first)
        #expect(cell.settings.epochs == 5 && cell.settings.width == 4)
        #expect(cell.settings.learningRate == 1e-4)
        let error = complaint(
            text.replacing("width: 8", with: "width: 0").replacing("  width: 4\n", with: ""))
        #expect(error?.hasPrefix("e.yaml:2:36: 'width' is '0'") == true, "\(error ?? "none")")
        #expect(complaint(text.replacing("<<: *usual", with: "<<: *slow")) != nil)
        #expect(
            complaint(text.replacing("x-usual", with: "usual"))?.contains("unknown key 'usual'")
                == true)
    }

    // MARK: Names

    @Test(arguments: [
        "", ".hidden", "-x", "--help", "a/b", "a b", "../up", "a\u{202E}b", "naïve\u{301}",
        "e\u{301}", String(repeating: "x", count: 101), String(repeating: "ä", count: 51), "a:b",
        "a\\b", "a*", "~", "a\u{0}b",
    ])
    func namesThatAreNoFileNamesAreRefused(name: String) {
        #expect(!ExperimentName.isValid(name))
        let error = #expect(throws: SpecError.self) { try spec(file(), ["name=\(name)"]) }
        #expect(error?.description.contains("'name' is ") == true)
        #expect((error?.description.count ?? 0) < 300)
    }

    @Test(arguments: [
        "a", "mcx-quick", "Größe_2.1", "実験", String(repeating: "x", count: 100), "_x", "1",
    ])
    func otherNamesAreTaken(name: String) throws {
        #expect(try spec(file(), ["name=\(name)"]).name == name)
    }

    @Test func theNameOfAReportIsForTheExperimentBehindIt() throws {
        #expect(
            complaint(file(), "name=sweep")?.contains("expected a name that is no report's") == true
        )
        #expect(complaint(file(), "name=sweep", "report=p1-table1") != nil)
        #expect(try spec(file(), ["name=sweep", "report=sweep rows=loss"]).name == "sweep")
    }

    @Test func theReportIsCheckedBesideTheCells() throws {
        var strict = vocabulary
        strict.reportFault = { text, values in
            text == "sweep where=loss=xetv" && values("loss") == ["tv", "kltv"]
                && values("width") == ["32"] ? "no run has loss 'xetv'" : nil
        }
        let text = file("", "", "report: sweep where=loss=xetv")
        let error = #expect(throws: SpecError.self) {
            try Spec(text: text, path: "e.yaml", vocabulary: strict)
        }
        #expect(error?.description == "e.yaml:4:9: 'report': no run has loss 'xetv'")
        #expect(
            complaint(file("", "", "report: x.pdf"))?.contains("unknown report 'x.pdf'") == true)
        #expect(complaint(file("", "", "report: swep"))?.contains("did you mean 'sweep'?") == true)
        #expect(complaint(file("", "", "report: ''"))?.contains("unknown report ''") == true)
    }
}
