import RunStore
import Settings
import Testing
import Training

@testable import Specification

/// `folds` makes `fold` an axis.
@Suite struct FoldSpecTests {
    private func plan(_ rest: String, grid: String = "seed: [1, 2]") throws -> SweepPlan {
        let text = "name: e\ngrid: {dataset: mcx, model: unet, loss: [tv, kltv], \(grid)}\n\(rest)"
        return try SweepPlan(spec(text), vocabulary: vocabulary)
    }

    static let expected = "a whole number from 2 to 100, none, or sites"

    @Test func everyMethodHasEveryFold() throws {
        let plan = try plan("train: {folds: 3, split-seed: 1}")
        #expect(plan.cells.count == 12)
        #expect(plan.titles[0] == "mcx unet tv 100 % fold 1 seed 1")
        #expect(Set(plan.cells.map(\.settings.fold)) == [.number(1), .number(2), .number(3)])
        #expect(Set(plan.cells.map { $0.configuration(fingerprint: "f") }).count == 12)
        #expect(
            plan.cells[0].configuration(fingerprint: "f").json
                .hasSuffix(#""settings":{"fold":1,"folds":3}}"#))
        #expect(
            try self.plan("train: {folds: none}").cells.allSatisfy {
                $0.settings.fold == .word("none")
            })
    }

    @Test func someFoldsCanBeChosen() throws {
        #expect(try plan("train: {folds: 5, fold: [2, 4]}").cells.count == 8)
        let text = "train: {folds: 5}\nexclude:\n  - {fold: 5}\n  - {fold: 1, loss: tv}"
        #expect(try plan(text).cells.count == 14)
    }

    /// Several numbers of folds, and none, are cells of their own; the smaller have fewer.
    @Test func numbersOfFoldsCanBeAnAxis() throws {
        let several = try plan("train: {folds: [none, 2, 3]}", grid: "seed: 1")
        #expect(several.cells.count == 2 * (1 + 2 + 3))
        #expect(several.notes.isEmpty)
        let plain = try plan("", grid: "seed: 1").cells
        #expect(several.cells.filter { $0.settings.folds == .word("none") } == plain)
        #expect(
            Set(several.cells.map { $0.configuration(fingerprint: "f").digest }).count == 12)
    }

    /// A cell without folds is the cell that it was.
    @Test func withoutFoldsIdentitiesStay() throws {
        let json = try plan("train: {folds: none}").cells[0].configuration(fingerprint: "f").json
        #expect(json == (try plan("").cells[0].configuration(fingerprint: "f").json))
        #expect(!json.contains("fold"))
    }

    /// As workers and the tasks of a cluster get them.
    @Test func foldsAreWrittenForOtherProcesses() throws {
        let cell = try #require(try plan("train: {folds: 3, split-seed: 1}").cells.last)
        let texts = cell.texts
        #expect(texts["fold"] == "3" && texts["folds"] == "3")
        #expect(try Cell(texts: texts, from: "--cell", vocabulary: vocabulary) == cell)
    }

    private func sites(_ rest: String, dataset: String = "ccx") throws -> SweepPlan {
        var vocabulary = vocabulary
        vocabulary.datasets.append("ccx")
        vocabulary.sites = ["ccx": ["mcx", "scx", "jcx"]]
        let text =
            "name: e\ngrid: {dataset: \(dataset), model: unet, loss: tv, seed: [1, 2]}\n\(rest)"
        return try SweepPlan(
            Spec(text: text, path: "e.yaml", overrides: [], vocabulary: vocabulary),
            vocabulary: vocabulary)
    }

    @Test func aSiteIsAFold() throws {
        let plan = try sites("train: {folds: sites}")
        #expect(
            plan.titles.prefix(3) == [
                "ccx unet tv 100 % fold mcx seed 1", "ccx unet tv 100 % fold mcx seed 2",
                "ccx unet tv 100 % fold scx seed 1",
            ])
        #expect(
            plan.cells.last?.configuration(fingerprint: "f").json
                .hasSuffix(#""settings":{"fold":"jcx","folds":"sites"}}"#) == true)
        #expect(try sites("train: {folds: sites, fold: scx}").cells.count == 2)
        #expect(try sites("train: {folds: [sites, 2]}").cells.count == 2 * 5)
    }

    @Test(arguments: [
        (
            "train: {folds: sites}", "mcx",
            "'folds' is 'sites'; expected a number for data set 'mcx', which does not tell sites "
                + "apart; these do: ccx"
        ),
        (
            "train: {folds: sites, fold: 2}", "ccx",
            "'fold' is '2'; expected one of the sites mcx, scx, jcx"
        ),
        (
            "train: {folds: 3, fold: mcx}", "ccx",
            "'fold' is 'mcx'; expected a whole number from 1 to 3, the number of folds"
        ),
    ])
    func whatIsNoSiteIsSaid(text: String, dataset: String, sentence: String) {
        #expect {
            try sites(text, dataset: dataset)
        } throws: {
            "\($0)".hasSuffix(sentence)
        }
    }

    /// A trial of a search is one run: what it would be of is known before the first.
    @Test(arguments: [
        ("{}", "fold: {choice: [1, 2]}", "'fold' is '1'; expected 'folds' beside it"),
        ("{}", "fold: {integer: [1, 5]}", "'fold' is '1'; expected 'folds' beside it"),
        ("{folds: none}", "fold: {choice: [none, 2]}", "'fold' is '2'; expected 'folds' beside it"),
        ("{}", "folds: {choice: [2, 3]}", "'folds' is '2'; expected a 'fold' beside it: a trial"),
        (
            "{}", "folds: {choice: [none, 3]}",
            "'folds' is '3'; expected a 'fold' beside it"
        ),
        (
            "{folds: 3}", "fold: {choice: [1, 2, 7]}",
            "'fold' is '7'; expected a whole number from 1 to 3, the number of folds"
        ),
        (
            "{fold: 3}", "folds: {integer: [2, 4]}",
            "'fold' is '3'; expected a whole number from 1 to 2"
        ),
        (
            "{}", "folds: {choice: [2, 3]}, fold: {choice: [1, 3]}",
            "'fold' is '3'; expected a whole number from 1 to 2"
        ),
        ("{folds: 3}", "fold: {choice: [none, 1]}", "'folds' is '3'; expected a 'fold' beside it"),
        ("{folds: sites}", "fold: {choice: [mcx]}", "expected a number for data set 'mcx'"),
    ])
    func aTrialHasAFoldThatThereIs(train: String, space: String, sentence: String) {
        let search = "search: {trials: 2, space: {\(space)}}"
        let error = #expect(throws: SpecError.self) {
            try spec(
                "name: e\ngrid: {dataset: mcx, model: unet, loss: tv}\ntrain: \(train)\n\(search)")
        }
        #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "none")")
    }

    @Test(arguments: [
        ("{folds: 3}", "fold: {choice: [1, 2, 3]}"), ("{folds: 3}", "fold: {integer: [1, 3]}"),
        ("{fold: 2}", "folds: {choice: [2, 3]}"), ("{folds: 3, fold: 1}", "width: {choice: [2]}"),
        ("{}", "folds: {choice: [2, 3]}, fold: {choice: [1, 2]}"),
        ("{folds: none}", "fold: {choice: [none]}"),
    ])
    func foldsThatThereAreCanBeSearched(train: String, space: String) throws {
        let search = "search: {trials: 2, space: {\(space)}}"
        let head = "name: e\ngrid: {dataset: mcx, model: unet, loss: tv}\ntrain: \(train)\n"
        #expect(try spec(head + search).search != nil)
        // What is excluded is no trial.
        let wider = "search: {trials: 2, space: {folds: {choice: [2, 3]}, fold: {choice: [1, 3]}}}"
        let rest = "\nexclude: [{folds: 2, fold: 3}]"
        #expect(
            try spec(head.replacing(/train: .*\n/, with: "") + wider + rest).search != nil)
    }

    @Test(arguments: [
        (
            "train: {fold: 2}",
            "'fold' is '2'; expected 'folds' beside it, which says how many there are"
        ),
        (
            "train: {folds: 3, fold: 4}",
            "'fold' is '4'; expected a whole number from 1 to 3, the number of folds"
        ),
        ("train: {folds: 1}", "'folds' is '1'; expected \(Self.expected)"),
        ("train: {folds: 0}", "'folds' is '0'; expected \(Self.expected)"),
        ("train: {folds: -3}", "'folds' is '-3'; expected \(Self.expected)"),
        ("train: {folds: 1e9}", "'folds' is '1e9'; expected \(Self.expected)"),
        ("train: {folds: 2.5}", "'folds' is '2.5'; expected \(Self.expected)"),
        ("train: {folds: five}", "'folds' is 'five'; expected \(Self.expected)"),
        (
            "train: {folds: 5, fold: 0}",
            "'fold' is '0'; expected a whole number from 1 to 100, none, mcx, scx, or jcx"
        ),
        (
            "train: {folds: 5, fold: none}",
            "'fold' is 'none'; expected a whole number from 1 to 5, the number of folds"
        ),
        (
            "train: {folds: 3}\nsearch: {trials: 2, space: {epochs: {integer: [1, 3]}}}",
            "'folds' is '3'; expected a 'fold' beside it: a trial of a search is one run"
        ),
    ])
    func whatIsNoFoldIsSaid(text: String, sentence: String) {
        #expect {
            try plan(text, grid: "seed: 1")
        } throws: {
            "\($0)".hasSuffix(sentence)
        }
    }

    @Test func foldsCountAmongTheCells() {
        #expect(throws: SpecError.self) {
            try plan(
                "train: {folds: 100, epochs: [\((1...600).map(String.init).joined(separator: ","))]}"
            )
        }
    }
}
