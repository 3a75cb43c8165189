import Domain
import RunStore
import Settings
import Testing
import Training

@testable import Specification

/// How experiment files name the data sets whose images train without labels.
@Suite struct UnlabelledSpecTests {
    private func cells(_ train: String, procedure: String = "mean-teacher") throws -> [Cell] {
        var known = vocabulary
        known.procedures = ["supervised", "mean-teacher"]
        known.datasets.append("folder")
        let text =
            "name: e\ngrid: {dataset: mcx, model: unet, loss: tv, procedure: \(procedure)}\n"
            + "train: {\(train)}"
        let spec = try Spec(text: text, path: "e.yaml", vocabulary: known)
        return try SweepPlan(spec, vocabulary: known).cells
    }

    private func sources(_ value: String) throws -> [[String]] {
        try cells("unlabelled: \(value)").map { $0.settings[UnlabelledSources.self].names }
    }

    private let data = DataFingerprint("f", unlabelled: ["scx": "g", "jcx": "h"])

    @Test func oneNameOrOneListIsOneCellAndListsOfListsAreAnAxis() throws {
        #expect(try sources("none") == [[]])
        #expect(try sources("scx") == [["scx"]])
        #expect(try sources("[own, scx]") == [["own", "scx"]])
        #expect(
            try sources("[none, [scx], [own, scx], 'folder:a clinic']")
                == [[], ["scx"], ["own", "scx"], ["folder:a clinic"]])
    }

    @Test(arguments: [
        ("sxc", "unknown data set 'sxc'; did you mean 'scx'?"),
        ("onw", "did you mean 'own'?"), ("[scx, jxc]", "did you mean 'jcx'?"),
        ("unet", "unet"), ("[none, scx]", "a list of names, each once, or none"),
        ("[scx, scx]", "a list of names, each once, or none"),
        ("'folder:'", "folder:NAME, a folder below the data folder"),
    ])
    func whatIsNoDataSetIsRefused(value: String, text: String) {
        let error = #expect(throws: SpecError.self) { try cells("unlabelled: \(value)") }
        #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("e.yaml:3:") == true)
    }

    /// The default is no part of an identity, so runs of before are found again.
    @Test func theDefaultTellsNothingApart() throws {
        let plain = try cells("epochs: 2")[0].configuration(fingerprint: "f")
        #expect(!plain.json.contains("unlabelled"))
        for value in ["none", "own", "[own]"] {
            let cell = try cells("epochs: 2, unlabelled: \(value)")[0]
            #expect(cell.configuration(fingerprint: "f") == plain, "\(value)")
            #expect(cell.unlabelledDatasets == [])
        }
    }

    @Test func theDataSetsAndTheirFilesTellRunsApart() throws {
        let cell = try cells("epochs: 2, unlabelled: [scx, own, jcx]")[0]
        #expect(cell.unlabelledDatasets == ["jcx", "scx"])
        let configuration = cell.configuration(fingerprint: data)
        #expect(
            configuration.json.contains(#""unlabelled":["own","jcx","scx"]"#)
                && configuration.json.contains(#""unlabelled":{"jcx":"h","scx":"g"}"#),
            "\(configuration.json)")
        #expect(DataFingerprint(of: configuration) == data)
        // In whatever order they are written.
        let again = try cells("epochs: 2, unlabelled: [jcx, scx, own]")[0]
        #expect(again.configuration(fingerprint: data) == configuration)
        let others = [
            try cells("epochs: 2, unlabelled: [jcx, scx]")[0].configuration(fingerprint: data),
            cell.configuration(
                fingerprint: DataFingerprint("f", unlabelled: ["scx": "g", "jcx": "i"])),
            cell.configuration(
                fingerprint: DataFingerprint("e", unlabelled: data.unlabelled)),
        ]
        #expect(Set((others + [configuration]).map(\.digest)).count == 4)
        let recorded = cell.description(fingerprint: data)
        #expect(recorded.fingerprint == "f")
        #expect(
            recorded.parameters["unlabelled"] == .list([.text("own"), .text("jcx"), .text("scx")]))
    }

    @Test func theTextReadsBack() throws {
        let cell = try cells("unlabelled: [own, scx]")[0]
        #expect(cell.text(of: "unlabelled") == "[own, scx]")
        var known = vocabulary
        known.procedures.append("mean-teacher")
        #expect(try Cell(texts: cell.texts, from: "t", vocabulary: known) == cell)
    }

    /// Supervised training is one run, whatever the file says; the plan trains it once.
    @Test func whoTrainsOnLabelledImagesAloneDoesNotUseIt() throws {
        let plain = try cells("epochs: 2", procedure: "supervised")[0]
        let named = try cells("epochs: 2, unlabelled: scx", procedure: "supervised")[0]
        #expect(named.unlabelledDatasets == [])
        #expect(named.configuration(fingerprint: data) == plain.configuration(fingerprint: "f"))
        let both = "[supervised, mean-teacher]"
        #expect(try cells("unlabelled: [none, [scx], [own, scx]]", procedure: both).count == 4)
        #expect(
            SettingUse.all["unlabelled"]?.words
                == "procedures appau-net, bcp, cps, fixmatch, mean-teacher, s2mcl and s4mcl")
    }
}
