import Foundation
import GRDB
import Imaging
import Testing

/// Runs that answer together, in `predict` and `evaluate`.
@Suite struct EnsembleVerbTests {
    /// Images have the networks' size, so that nothing is enlarged.
    private static let file = """
        name: members
        report: external
        data: data
        grid: {dataset: mcx, model: unet, loss: tv, seed: [1, 2, 3]}
        train: {epochs: 2, batch: 4, image: 64, width: 2, split-seed: 7}
        """
    private static let images = "data/MontgomerySet/CXR_png"
    private static let image = "\(images)/MCUCXR_0001_0.png"

    private func trained(_ text: String = file, count: Int = 12) throws -> Program {
        let program = try Program()
        for (layout, seed) in [("mcx", "1"), ("scx", "2"), ("jcx", "3")] {
            let drawn = try program.run(
                "data", "phantom", "data", "--layout", layout, "--count", "\(count)", "--size",
                "64", "--seed", seed)
            try #require(drawn.status == 0, "\(drawn.errors)")
        }
        try program.write(text, to: "e.yaml")
        let sweep = try program.run("sweep", "e.yaml", "--jobs", "1")
        try #require(sweep.status == 0, "\(sweep.errors)")
        return program
    }

    private func evaluate(_ program: Program, _ words: String...) throws -> Program.Ending {
        try program.run(["evaluate", "--ensemble", "--data", "data"] + words)
    }

    private func predict(_ program: Program, _ words: String...) throws -> Program.Ending {
        try program.run(["predict"] + words)
    }

    private func pixels(_ program: Program, _ name: String) throws -> [Double] {
        let url = program.folder.appendingPathComponent(name)
        return try ImageFile.decode(ImageFile.bytes(of: url), name: name).pixels.map(Double.init)
    }

    private func bytes(_ program: Program, _ name: String) throws -> Data {
        try Data(contentsOf: program.folder.appendingPathComponent(name))
    }

    private func rows(_ program: Program, _ sql: String, store: String = "results/lightbox.db")
        throws -> [[String]]
    {
        let answer = try program.run("query", "--store", store, "--format", "csv", sql)
        try #require(answer.status == 0, "\(answer.errors)")
        return answer.output.split(separator: "\n").dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// The mean of what each says alone, to the last sixteen bits of the file.
    @Test func predictIsTheMeanOfItsRuns() throws {
        let program = try trained()
        for run in 1...3 {
            let one = try predict(
                program, "--run", "\(run)", "--image", Self.image, "--probability", "p\(run).png")
            try #require(one.status == 0, "\(one.errors)")
            #expect(!one.output.contains("uncertainty"))
        }
        let all = try predict(
            program, "--run", "1-3", "--image", Self.image, "--probability", "p.png",
            "--uncertainty", "u.png", "--csv", "t.csv", "-o", "m.png")
        #expect(all.status == 0 && all.output.contains(", uncertainty "), "\(all.errors)")
        let each = try (1...3).map { try pixels(program, "p\($0).png") }
        let (mean, spread) = (try pixels(program, "p.png"), try pixels(program, "u.png"))
        var disagreement = 0.0
        for pixel in mean.indices {
            let values = each.map { $0[pixel] }
            let middle = values.reduce(0, +) / 3
            let deviation = (values.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / 2)
                .squareRoot()
            guard abs(mean[pixel] - middle) > 1 || abs(spread[pixel] - deviation) > 2 else {
                disagreement += deviation / 65535 / Double(mean.count)
                continue
            }
            Issue.record("pixel \(pixel): \(values), mean \(mean[pixel]), \(spread[pixel])")
            break
        }
        #expect(disagreement > 0.001)
        let table = String(decoding: try bytes(program, "t.csv"), as: UTF8.self)
        let lines = table.split(separator: "\n").map { $0.split(separator: ",") }
        #expect(lines[0].last == "uncertainty")
        #expect(abs((Double(lines[1][4]) ?? 0) - disagreement) < 2e-5)
        // In whatever order they are named, also by digest; one half is the usual cut.
        let digest = try rows(program, "SELECT digest FROM run WHERE id = 2")[0][0]
        let other = try predict(
            program, "--run", "3,\(digest.prefix(12)),1", "--image", Self.image, "--probability",
            "q.png", "-o", "n.png", "--threshold", "0.5")
        #expect(other.status == 0, "\(other.errors)")
        #expect(try bytes(program, "p.png") == bytes(program, "q.png"))
        #expect(try bytes(program, "m.png") == bytes(program, "n.png"))
    }

    /// What the mirrored image shows on the left is on the right.
    @Test func mirroredImagesAreMirroredBack() throws {
        let structures = "structures: [left lung, heart, right lung]"
        let program = try trained(
            Self.file.replacing("mcx", with: "jcx").replacing("seed: [1, 2, 3]", with: "seed: 1")
                .replacing("width: 2", with: "width: 2, \(structures)"))
        let name = "data/All247images/JPCNN001.IMG"
        let read = try ImageFile.decode(
            ImageFile.bytes(of: program.folder.appendingPathComponent(name)), name: name)
        let (width, height) = (read.width, read.height)
        func mirrored<Value>(_ values: [Value]) -> [Value] {
            (0..<height).flatMap { values[($0 * width)..<(($0 + 1) * width)].reversed() }
        }
        for (file, pixels) in [("a.png", read.pixels), ("b.png", mirrored(read.pixels))] {
            let picture = GrayImage(
                width: width, height: height, maximum: read.maximum, pixels: pixels)
            try Data(PNG.encode(picture)).write(
                to: program.folder.appendingPathComponent(file))
            let stem = file.prefix(1)
            let one = try predict(
                program, "--run", "1", "--image", file, "--probability", "\(stem)p.png")
            try #require(one.status == 0, "\(one.errors)")
        }
        let both = try predict(
            program, "--run", "1", "--mirror", "--image", "a.png", "--probability", "m.png",
            "--uncertainty", "u.png")
        #expect(
            both.status == 0 && both.output.contains("\n  heart")
                && both.output.contains("%  uncertainty 0."), "\(both.errors)")
        for (own, other) in [
            ("left-lung", "right-lung"), ("right-lung", "left-lung"), ("heart", "heart"),
        ] {
            let straight = try pixels(program, "ap.\(own).png")
            let turned = mirrored(try pixels(program, "bp.\(other).png"))
            let mean = try pixels(program, "m.\(own).png")
            let wrong = mean.indices.filter {
                abs(mean[$0] - (straight[$0] + turned[$0]) / 2) > 1.01
            }
            #expect(wrong.isEmpty, "\(own): \(wrong.count)")
        }
        #expect(FileManager.default.fileExists(atPath: program.folder.path + "/u.heart.png"))
        #expect(!FileManager.default.fileExists(atPath: program.folder.path + "/u.png"))
    }

    @Test func whatCannotBeTogetherIsSaidBefore() throws {
        let program = try trained(Self.file.replacing("[1, 2, 3]", with: "1"))
        for (name, change) in [
            ("small", ("image: 64", "image: 32")), ("organs", ("mcx", "jcx")),
        ] {
            try program.write(
                Self.file.replacing("members", with: name).replacing("[1, 2, 3]", with: "1")
                    .replacing(change.0, with: change.1).replacing(
                        "width: 2",
                        with: name == "organs"
                            ? "width: 2, structures: [left clavicle]" : "width: 2"),
                to: "o.yaml")
            let sweep = try program.run("sweep", "o.yaml", "--jobs", "1")
            try #require(sweep.status == 0, "\(sweep.errors)")
        }
        for (words, text) in [
            (["--run", "1,2"], "run 2 has images of 32 x 32, run 1 has images of 64 x 64"),
            (["--run", "1,3"], "run 3 segments left clavicle, run 1 segments lungs"),
            (["--run", "3", "--mirror"], "'left clavicle' is 'right clavicle'"),
            (["--run", "1", "--uncertainty", "u.png"], "expected several runs, or --mirror"),
            (["--run", "2-1"], "--run: the range '2-1' goes down"),
            (["--run", "1-4"], "the range '1-4' ends at run 4, which is not in"),
            (["--run", "0-2"], "the range '0-2' ends at run 0, which is not in"),
            (["--run", "3-99999999999"], "3 runs, numbered 1 to 3"),
            (["--run", "1,1"], "--run names run 1 twice; expected each run once"),
            (["--run", "2,1-3"], "--run names run 2 twice; expected each run once"),
            (["--run", "1", "--threshold", "1.5"], "--threshold"),
        ] {
            let ending = try program.run(
                ["predict", "--image", Self.image, "-o", "m.png"] + words)
            #expect(
                ending.status != 0 && ending.errors.contains(text), "\(words): \(ending.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: program.folder.path + "/m.png"))
        for (words, text) in [
            (["--ensemble", "--runs", "1-2"], "run 2 has images of 32 x 32"),
            (["--ensemble", "--runs", "1"], "expected several runs, or --mirror"),
            (["--ensemble", "--runs", "1", "--mirror", "--jobs", "2"], "expected no --jobs"),
            (["--runs", "1", "--on", "scx", "--mirror"], "expected --ensemble with --mirror"),
            (["--runs", "1"], "expected --on"),
            (["--runs", "60-99", "--on", "scx"], "the range '60-99' ends at run 60"),
            (["--runs", "1", "--runs", "1-2", "--on", "scx"], "--runs names run 1 twice"),
        ] {
            let ending = try program.run(["evaluate", "--data", "data"] + words)
            #expect(
                ending.status != 0 && ending.errors.contains(text), "\(words): \(ending.errors)")
        }
        #expect(try rows(program, "SELECT run FROM external_evaluation").isEmpty)

        // A run that was deleted is missing, and that is said.
        #expect(try program.run("delete", "2", "--yes").status == 0)
        let ending = try program.run(
            "predict", "--image", Self.image, "-o", "m.png", "--run", "1-3")
        #expect(
            ending.errors.contains("--run 1-3 is 2 runs: there is no run 2\n"), "\(ending.errors)")
    }

    @Test func anEnsembleIsARowOfTheStore() throws {
        let program = try trained()
        try program.copyResults(to: "b")
        let listed = try evaluate(program, "--runs", "1-3", "--dry-run")
        #expect(listed.status == 0 && listed.output.contains("on mcx, best weights, 3 images"))
        let own = try evaluate(program, "--runs", "1-3", "--threads", "1")
        #expect(own.output == "1 evaluated, 0 in the store before\n", "\(own.errors)")
        let other = try evaluate(
            program, "--experiment", "members", "--on", "scx", "--weights", "both", "--threads",
            "1")
        #expect(other.output == "2 evaluated, 0 in the store before\n", "\(other.errors)")
        let again = try evaluate(program, "--runs", "3,1,2", "--on", "scx", "--on", "mcx")
        #expect(again.output == "0 evaluated, 2 in the store before\n", "\(again.errors)")
        // Two threads give the same bits, in a store where the members come in another order.
        for words in [["mcx", "best"], ["scx", "both"]] {
            let same = try evaluate(
                program, "--runs", "3,2,1", "--on", words[0], "--weights", words[1], "--threads",
                "2", "--store", "b/lightbox.db", "--quiet")
            #expect(same.status == 0 && same.errors == "")
        }
        let images = """
            SELECT run, tested_on, weights, image, name, value FROM external_image
            ORDER BY 1, 2, 3, 4, 5
            """
        let values = try rows(program, images)
        #expect(values.count > 300)
        #expect(try values == rows(program, images, store: "b/lightbox.db"))
        // The test images that the members share.
        #expect(
            try rows(
                program,
                """
                SELECT DISTINCT image FROM external_image WHERE tested_on = 'mcx (phantom)' ORDER BY 1
                """)
                == rows(
                    program,
                    "SELECT DISTINCT image FROM image_metric WHERE split = 'test' ORDER BY 1"
                ))
        #expect(try program.run("check").status == 0)
        let shown = try program.run("show", "4")
        #expect(shown.output.contains("ensemble of 3") && shown.output.contains("members"))
        let report = try program.run("report", "external", "--format", "markdown")
        #expect(report.output.contains("Dice of ensembles") && report.output.contains("± 0."))
        let csv = try program.run("export", "csv", "--output", "out")
        #expect(csv.status == 0, "\(csv.errors)")
        let exported = String(decoding: try bytes(program, "out/external.csv"), as: UTF8.self)
        #expect(exported.contains("\n4,,mcx (phantom),best,dice,3,"))
    }

    /// One run with mirrored images is the mean of both; alone it is what `evaluate` says of it.
    @Test func membersThatAgreeGiveWhatTheyGive() throws {
        let program = try trained(Self.file.replacing("[1, 2, 3]", with: "1"))
        let alone = try program.run(
            "evaluate", "--data", "data", "--runs", "1", "--on", "scx", "--quiet")
        #expect(alone.status == 0, "\(alone.errors)")
        let mirrored = try evaluate(program, "--runs", "1", "--mirror", "--on", "scx")
        #expect(mirrored.status == 0 && mirrored.errors.contains("one run"), "\(mirrored.errors)")
        let values = try rows(
            program,
            "SELECT run, images FROM external_result WHERE name = 'dice' ORDER BY run")
        #expect(values == [["1", "12"], ["2", "12"]])
    }

    /// An image that one member has seen in training tests none of them, under whatever name.
    @Test func seenImagesAreLeftOut() throws {
        let program = try trained(
            Self.file.replacing(", split-seed: 7", with: "").replacing("[1, 2, 3]", with: "[1, 2]"),
            count: 24)
        try program.copyPhantoms()
        let unseen = try rows(
            program,
            """
            SELECT i.name FROM image i JOIN split_image p ON p.image_id = i.id
            GROUP BY i.id HAVING min(p.part = 'test') ORDER BY 1
            """
        ).map { $0[0] }
        try #require(!unseen.isEmpty && unseen.count < 6)
        for (name, prefix) in [("mcx", ""), ("folder:copies", "p")] {
            let ending = try evaluate(program, "--runs", "1,2", "--on", name)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.errors.contains("of 24 images of \(name) left out"))
            let tested = try rows(
                program,
                """
                SELECT DISTINCT image FROM external_image
                WHERE tested_on LIKE '\(name)%' ORDER BY 1
                """
            ).map { $0[0] }
            #expect(tested == unseen.map { prefix + $0 })
        }
        #expect(try program.run("check").status == 0)
    }

    /// Of folds no image is left; another hospital's are.
    @Test func foldsAnswerForOtherDataSets() throws {
        let program = try trained(
            Self.file.replacing("[1, 2, 3]", with: "1").replacing(
                "split-seed: 7", with: "folds: 3"))
        let own = try evaluate(program, "--runs", "1-3")
        #expect(own.status == 1 && own.errors.contains("no image of it is one that none"))
        let other = try evaluate(program, "--runs", "1-3", "--on", "scx")
        #expect(other.status == 0 && other.errors.contains("12 images"), "\(other.errors)")
    }

    /// Chosen on validation images, for whoever asks for it.
    @Test func theThresholdOfValidationImages() throws {
        let program = try trained()
        let cuts = try rows(
            program,
            """
            SELECT run, weights, split, pooled FROM result WHERE name = 'threshold' ORDER BY 1, 2, 3
            """)
        #expect(
            cuts.map { Array($0.prefix(3)) }
                == (1...3).flatMap { run in
                    ["best", "last"].map { ["\(run)", $0, "validation"] }
                })
        let best = cuts.filter { $0[1] == "best" }.compactMap { Double($0[3]) }
        let mean = best.reduce(0, +) / 3
        let ending = try predict(
            program, "--run", "1-3", "--image", Self.image, "--probability", "p.png", "-o", "m.png",
            "--threshold", "validation")
        #expect(ending.status == 0, "\(ending.errors)")
        let (map, mask) = (try pixels(program, "p.png"), try pixels(program, "m.png"))
        let wrong = map.indices.filter {
            abs(map[$0] / 65535 - mean) > 1e-4 && (map[$0] / 65535 > mean) != (mask[$0] > 0)
        }
        #expect(wrong.isEmpty)
        // Runs of before have none.
        let store = try DatabaseQueue(path: program.folder.path + "/results/lightbox.db")
        try store.write {
            try $0.execute(
                sql: """
                    DELETE FROM evaluation_metric
                    WHERE measure_id = (SELECT id FROM measure WHERE name = 'threshold')
                    """)
        }
        try store.close()
        expectSentence(
            try predict(
                program, "--run", "1", "--image", Self.image, "-o", "m.png", "--threshold",
                "validation"), status: 66, "run 1 has no threshold", "--retrain")
    }
}
