import Foundation
import Testing

/// What is typed first and is not quite it: the answer says what would be.
@Suite struct WrongTurnTests {
    private func drawn(_ names: String...) throws -> Program {
        let program = try Program()
        for name in names {
            let ending = try program.run(
                "data", "phantom", "data/\(name)", "--layout", "folder", "--count", "12", "--size",
                "64")
            try #require(ending.status == 0, "\(ending.errors)")
        }
        return program
    }

    @Test func ownFoldersAreNamedWhereTheyAreMeant() throws {
        let program = try drawn("organs-csv", "lab")
        for verb in [["data", "check"], ["data", "show"], ["init", "x.yaml", "--dataset"]] {
            expectSentence(
                try program.run(verb + ["organs-csv"]), status: 64,
                "did you mean 'folder:organs-csv'?")
        }
        expectSentence(
            try program.run("data", "check", "folder:organs"), status: 66,
            "did you mean 'folder:organs-csv'?")
        let missing = try program.run("init", "x.yaml", "--dataset", "folder:nope")
        expectSentence(
            missing, status: 66, "data set 'folder:nope' not found in data (default)",
            "there: folder:lab, folder:organs-csv")
        #expect(!missing.errors.contains("--data") && !missing.errors.contains("phantom"))
        // A folder of somebody's is nothing to draw into.
        try program.write("notes", to: "mine/notes.txt")
        let other = try program.run("init", "x.yaml", "--data", "mine")
        expectSentence(other, status: 66, "mine/NAME/images")
        #expect(!other.errors.contains("phantom"))
    }

    @Test func anEmptyFolderIsToldWhereImagesBelong() throws {
        let ending = try Program().run("data", "check")
        expectSentence(
            ending, status: 66, "no data set in data (default)", "data/NAME/images",
            "data/NAME/masks")
        #expect(!ending.errors.contains("MontgomerySet"))
    }

    @Test func aCheckOfSeveralEndsWithASum() throws {
        let program = try drawn("a", "b")
        let sound = try program.run("data", "check")
        #expect(sound.status == 0 && sound.output.hasSuffix("\n\n2 data sets: no errors\n"))
        try program.write("file,class\nzzz.png,x\n", to: "data/a/labels.csv")
        let ending = try program.run("data", "check")
        #expect(ending.status == 1)
        #expect(
            ending.output.hasSuffix("\n\n2 data sets: 1 without an error; errors in folder:a\n"),
            "\(ending.output)")
        #expect(try !program.run("data", "check", "folder:b").output.contains("data sets"))
    }

    @Test func aLongCheckIsPaged() throws {
        let session = try TerminalSession(
            ["lightbox", "data", "check"], in: try drawn("a", "b").folder)
        try session.wait(for: "the prompt") { $0.shown.last == ":" }
        #expect(
            session.screen.shown[0].hasPrefix("dataset") || session.screen.text.contains("folder:a")
        )
        session.type("q")
        #expect(try session.end() == 0)
    }

    @Test func anUnknownOptionIsSaidBeforeWhatIsMissing() throws {
        let program = try Program()
        for (words, wrong, meant) in [
            (["evaluate", "--run", "6", "--on", "scx"], "--run", "--runs"),
            (
                ["train", "--datset=mcx", "--model", "unet", "--loss", "tv"], "--datset",
                "--dataset"
            ),
            (["train", "--dataset", "mcx", "--los", "tv"], "--los", "--loss"),
            (["predict", "--runs", "1", "--image", "a.png"], "--runs", "--run"),
        ] {
            expectSentence(
                try program.run(words), status: 64,
                "unknown option '\(wrong)'; did you mean '\(meant)'?")
        }
        let missing = try program.run("evaluate", "--on", "scx")
        #expect(missing.status == 64 && missing.errors.contains("expected --runs"))
    }

    @Test func aMistypedExperimentHasTheNearestName() throws {
        let program = try Program()
        try Stores.fillPair(in: program, as: "results/lightbox.db")
        expectSentence(
            try program.run("report", "--experiment", "pari"), status: 66,
            "unknown experiment 'pari'; did you mean 'pair'?")
        expectSentence(
            try program.run("report", "sweep", "--values", "dcie"), status: 64,
            "did you mean 'dice'?")
    }

    @Test func imagesOneFolderFurtherDownArePointedAt() throws {
        let program = try drawn("mini")
        try Stores.fillPair(in: program, as: "results/lightbox.db")
        let files = FileManager.default
        try files.removeItem(at: program.folder.appendingPathComponent("data/mini/phantom.json"))
        try files.removeItem(at: program.folder.appendingPathComponent("data/mini/dataset.yaml"))
        let ending = try program.run("predict", "--run", "1", "--image", "data/mini")
        expectSentence(
            ending, status: 66, "no image in 'data/mini', which has 2 folders and 1 file",
            "there are images in 'data/mini/images'")
    }

    @Test func valuesOfTheDoctorStandBelowEachOther() throws {
        let program = try drawn("a-long-name")
        let lines = try program.run("doctor").output.split(separator: "\n").map(Array.init)
        let own = try #require(lines.first { String($0).contains("a-long-name") })
        let column = try #require(String(own).range(of: "12 images")).lowerBound
            .utf16Offset(in: String(own))
        for line in lines where line.count < 60 && line.count > column {
            #expect(line[column - 1] == " ", "\(String(line))")
        }
        let version = try #require(lines.first { String($0).hasPrefix("Lightbox") })
        #expect(version.prefix(column).dropFirst(8).allSatisfy { $0 == " " })
        #expect(version[column] != " ")
    }

    /// A classifier has no use for a network and a loss of the grid: neither is asked for or shown.
    @Test func aClassifierNeedsNoLoss() throws {
        let program = try drawn("lab")
        let small = ["--epochs", "1", "--image", "32", "--batch", "4"]
        let train = try program.run(
            ["train", "--dataset", "folder:lab", "--procedure", "classification"] + small)
        #expect(train.status == 0, "\(train.errors)")
        #expect(
            train.errors.contains("done   folder:lab (phantom) classification 100 %")
                || train.errors.contains("done   folder:lab classification 100 %"),
            "\(train.errors)")
        let shown = try program.run("show", "1").output.split(separator: "\n")
        #expect(!shown.contains { $0.hasPrefix("loss ") || $0.hasPrefix("model ") }, "\(shown)")
        let missing = try program.run("train", "--dataset", "folder:lab", "--model", "unet")
        #expect(missing.status == 64)
        #expect(missing.errors.contains("expected --loss with procedure 'supervised'; known: tv"))
        let unknown = try program.run(
            "train", "--dataset", "folder:lab", "--procedure", "clasification")
        #expect(unknown.status == 64 && unknown.errors.contains("did you mean 'classification'?"))
    }

    /// The experiment's file says where its data lies, for what comes after the sweep too.
    @Test func theDataOfTheExperimentIsFoundAgain() throws {
        let program = try Program()
        let drawn = try program.run("data", "phantom", "data/demo", "--count", "12", "--size", "64")
        try #require(drawn.status == 0)
        try program.write(
            Program.tiny.replacing("name: tiny", with: "name: tiny\ndata: data/demo"), to: "e.yaml")
        try #require(try program.run("sweep", "e.yaml", "--jobs", "1").status == 0)
        let together = try program.run("evaluate", "--experiment", "tiny", "--ensemble")
        #expect(together.status == 0, "\(together.errors)")
        #expect(together.output == "1 evaluated, 0 in the store before\n")
        let overlays = try program.run(
            "report", "overlays", "--experiment", "tiny", "-o", "results/o.md")
        #expect(overlays.status == 0, "\(overlays.errors)")
        let compared = try program.run("compare", "1", "2", "--overlays", "-o", "results/c.md")
        #expect(compared.status == 0, "\(compared.errors)")
        // Data elsewhere is found where it always was.
        try #require(
            try program.run(
                "data", "phantom", "data", "--layout", "scx", "--count", "4", "--size", "64"
            ).status == 0)
        let other = try program.run("evaluate", "--runs", "1", "--on", "scx")
        #expect(other.status == 0, "\(other.errors)")
        // What is named on the command line comes first.
        let named = try program.run(
            "evaluate", "--experiment", "tiny", "--ensemble", "--mirror", "--data", "data")
        #expect(named.status != 0 && named.errors.contains("'mcx' not found"), "\(named.errors)")
    }
}
