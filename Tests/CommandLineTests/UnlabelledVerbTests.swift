import Foundation
import Testing

/// Training on unlabelled images of another data set, from the file to the tables.
@Suite struct UnlabelledVerbTests {
    private static let file = """
        name: others
        report: external
        data: data
        grid: {dataset: mcx, model: unet, loss: tv, procedure: [supervised, mean-teacher], labels: 2 images}
        train: {epochs: 2, steps-per-epoch: 2, batch: 2, image: 32, width: 1, split-seed: 1,
          warm-up: 0, ramp-up: 0, unlabelled: [none, [scx], [own, scx]]}
        """

    private func drawn(_ layouts: [(String, String)] = [("mcx", "1"), ("scx", "2")]) throws
        -> Program
    {
        let program = try Program()
        for (layout, seed) in layouts {
            let drawn = try program.run(
                "data", "phantom", "data", "--layout", layout, "--count", "16", "--size", "64",
                "--seed", seed)
            try #require(drawn.status == 0, "\(drawn.errors)")
        }
        return program
    }

    private func trained(_ words: String..., expecting status: Int32 = 0) throws -> Program {
        let program = try drawn()
        try program.write(Self.file, to: "e.yaml")
        let sweep = try program.run(["sweep", "e.yaml"] + words)
        try #require(sweep.status == status, "\(sweep.errors)")
        return program
    }

    private func query(_ program: Program, _ sql: String) throws -> [String] {
        try program.run(["query", "--format", "csv", sql]).output.split(separator: "\n")
            .dropFirst().map(String.init)
    }

    /// Supervised training is one run; the others are told apart by the data sets and their files, and
    /// each has seen other images. Two worker processes train the same bits as this one.
    @Test func eachDataSetIsARunOfItsOwn() throws {
        let program = try trained("--jobs", "1")
        let losses = """
            SELECT max(CASE WHEN p.name = 'unlabelled' THEN p.value END) AS unlabelled, r.procedure,
                m.value FROM run r JOIN metric m ON m.run = r.id LEFT JOIN param p ON p.run = r.id
            WHERE m.name = 'loss' AND m.split = 'train' AND m.epoch = 2 GROUP BY r.id ORDER BY r.id
            """
        let found = try query(program, losses)
        #expect(found.count == 4, "\(found)")
        #expect(Set(found).count == 4)
        let again = try program.run("sweep", "e.yaml")
        #expect(again.status == 0 && again.errors.contains("nothing to train"), "\(again.errors)")
        #expect(again.errors.contains("unlabelled"))
        let other = try trained("--jobs", "2")
        #expect(try query(other, losses) == found)

        let fingerprints = try query(
            program,
            """
            SELECT DISTINCT json_extract(configuration, '$.unlabelled.scx') FROM run
            WHERE json_extract(configuration, '$.unlabelled') IS NOT NULL
            """)
        #expect(fingerprints.count == 1 && fingerprints.first?.count == 64)
        let shown = try program.run("show", "3")
        #expect(
            shown.output.contains("scx: 10 of 16 images train without labels"), "\(shown.output)")
        #expect(shown.output.contains("unlabelled"))
        #expect(try program.run("check").status == 0)
    }

    /// A run that is stopped and goes on ends as one that was not.
    @Test func aStoppedRunGoesOn() throws {
        let whole = try drawn(), halved = try drawn()
        let words = [
            "train", "--data", "data", "--dataset", "mcx", "--model", "unet", "--loss", "tv",
            "--procedure", "cps", "--labels", "2 images", "--unlabelled", "scx", "--image", "32",
            "--width", "1", "--batch", "2", "--steps-per-epoch", "2", "--warm-up", "0",
            "--checkpoint-every", "1", "--epochs", "40",
        ]
        #expect(try whole.run(words).status == 0)
        let process = try halved.start(words)
        let checkpoint = halved.folder.appendingPathComponent("results/runs")
        for _ in 0..<600 where !Self.holdsCheckpoint(checkpoint) {
            Thread.sleep(forTimeInterval: 0.05)
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let rest = try halved.run(words)
        #expect(rest.status == 0, "\(rest.errors)")
        let values = """
            SELECT epoch, name, value FROM metric
            WHERE name <> 'seconds' AND name NOT LIKE 'images%' ORDER BY epoch, split, name
            """
        #expect(try query(halved, values) == query(whole, values))
    }

    private static func holdsCheckpoint(_ folder: URL) -> Bool {
        let runs = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return runs.contains {
            FileManager.default.fileExists(
                atPath: folder.appendingPathComponent("\($0)/checkpoint.safetensors").path)
        }
    }

    /// What has been seen without labels is no test: of that data set the test part is measured, and
    /// the report compares all runs by it.
    @Test func theTestPartOfTheOtherDataSetStaysATest() throws {
        let program = try trained("--jobs", "1")
        let ending = try program.run(
            "evaluate", "--data", "data", "--experiment", "others", "--on", "scx")
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(
            ending.errors.contains(
                "runs 3-4: on scx the 4 images of its test part alone: its training has seen the "
                    + "training part without labels"), "\(ending.errors)")
        let counts = try query(
            program,
            """
            SELECT run, count(*) FROM external_image WHERE name = 'dice' AND weights = 'best'
            GROUP BY run ORDER BY run
            """)
        #expect(counts == ["1,16", "2,16", "3,4", "4,4"])
        // The images that a run on that data set is tested on, with the same division.
        let own = try program.run(
            "sweep", "e.yaml", "--set", "dataset=scx", "--set", "unlabelled=none", "--set",
            "procedure=supervised", "--set", "name=own")
        #expect(own.status == 0, "\(own.errors)")
        let common = try query(
            program,
            """
            SELECT count(*) FROM external_image e WHERE e.run = 3 AND e.name = 'dice'
                AND e.weights = 'best' AND e.image IN (SELECT i.name FROM run r
                    JOIN split_image s ON s.split_id = r.split_id AND s.part = 'test'
                    JOIN image i ON i.id = s.image_id WHERE r.dataset LIKE 'scx%')
            """)
        #expect(common == ["4"])
        let report = try program.run("report", "others", "--format", "markdown")
        #expect(report.output.contains("the 4 images that every run was tested on"))
        #expect(try program.run("check").status == 0)
        // Together they are tested by what none has seen.
        let ensemble = try program.run(
            "evaluate", "--data", "data", "--runs", "2-3", "--ensemble", "--on", "scx")
        #expect(ensemble.status == 0, "\(ensemble.errors)")
        #expect(ensemble.errors.contains("12 of 16 images of scx left out"), "\(ensemble.errors)")
    }

    /// Once the other data set's files are others, nobody can tell which images were seen.
    @Test func filesThatAreOthersByNowAreNoTest() throws {
        let program = try trained("--jobs", "1")
        let masks = program.folder.appendingPathComponent("data/ChinaSet_AllFiles/mask")
        let names = try FileManager.default.contentsOfDirectory(atPath: masks.path).sorted()
        let first = masks.appendingPathComponent(names[0])
        try FileManager.default.removeItem(at: first)
        try FileManager.default.copyItem(at: masks.appendingPathComponent(names[1]), to: first)
        let ending = try program.run(
            "evaluate", "--data", "data", "--runs", "1,3", "--on", "scx", "--dry-run")
        #expect(ending.errors.contains("run 3: left out on scx"), "\(ending.errors)")
        #expect(ending.errors.contains("its files are others by now"))
        #expect(ending.output.contains("run 1 on scx"))
        // And the sweep has others to train on.
        let sweep = try program.run("sweep", "e.yaml", "--dry-run")
        #expect(sweep.status == 0)
        let again = try program.run("sweep", "e.yaml", "--jobs", "1")
        #expect(again.status == 0 && !again.errors.contains("nothing to train"))
        #expect(try query(program, "SELECT count(*) FROM run") == ["6"])
    }

    @Test func whatCannotBeIsSaidAndTheRestIsTrained() throws {
        let program = try drawn([("mcx", "1")])
        try program.copyPhantoms()
        let file = Self.file.replacing(
            "[none, [scx], [own, scx]]", with: "[none, [scx], ['folder:copies'], [mcx]]")
        try program.write(file, to: "e.yaml")
        let sweep = try program.run("sweep", "e.yaml", "--jobs", "1")
        #expect(sweep.status == 1, "\(sweep.errors)")
        for text in [
            "dataset 'scx' not found", "'folder:copies' cannot be unlabelled beside 'mcx'",
            "images are in both", "'mcx' cannot be unlabelled beside 'mcx'",
        ] {
            #expect(sweep.errors.contains(text), "\(text): \(sweep.errors)")
        }
        #expect(
            try query(program, "SELECT state, count(*) FROM run GROUP BY state ORDER BY state")
                == ["completed,2", "failed,2"])
        let report = try program.run("report", "others", "--format", "markdown")
        #expect(report.output.contains("1 cell without a run (no data)"), "\(report.output)")
        let wrong = try program.run("sweep", "e.yaml", "--set", "unlabelled=sxc")
        #expect(wrong.status == 64 && wrong.errors.contains("did you mean 'scx'?"))
    }
}
