import Foundation
import TestSupport
import Testing

/// Nothing that a DICOM file says about a person leaves it: every byte that the verbs write is
/// searched.
@Suite struct PrivacyTests {
    private static let width = 400
    private static let height = 300
    private static let patients = (0..<7).map { "ID-90210-\($0)" }
    /// What must be found nowhere.
    private static let secrets =
        ["TELLTALE", "Telltale", "ID-90210", "19531104", "20190203", "1.2.826.0.1.77", "SAINT"]

    private func file(_ index: Int, _ value: (_ x: Int, _ y: Int) -> UInt16) -> [UInt8] {
        let (width, height) = (Self.width, Self.height)
        let pixels = (0..<width * height).map { value($0 % width, $0 / width) }
        var file = DICOMPhantom(
            width: width, height: height, stored: pixels, photometric: "MONOCHROME2")
        file.set(0x0008_0018, "UI", "1.2.826.0.1.77.\(index)")
        file.set(0x0008_0020, "DA", "20190203")
        file.set(0x0008_0080, "LO", "SAINT TELLTALE")
        file.set(0x0008_103E, "LO", "TELLTALE SERIES")
        file.set(0x0010_0010, "PN", "TELLTALE^ANN\(index / 2)")
        file.set(0x0010_0020, "LO", Self.patients[index / 2])
        file.set(0x0010_0030, "DA", "19531104")
        file.set(0x0010_0040, "CS", "F")
        file.set(0x0010_4000, "LT", "known as Telltale")
        return file.bytes
    }

    /// 14 images of 7 patients, masks as DICOM files too.
    private func program() throws -> Program {
        let program = try Program()
        for index in 0..<14 {
            let edge = 100 + 10 * index
            let image = file(index) { x, y in UInt16((x < edge ? 900 : 2400) + (x * y) % 97) }
            let mask = file(index) { x, _ in x < edge ? 1 : 0 }
            for (part, bytes) in [("images", image), ("masks", mask)] {
                let place = program.folder.appendingPathComponent("data/scans/\(part)")
                try FileManager.default.createDirectory(
                    at: place, withIntermediateDirectories: true)
                try Data(bytes).write(to: place.appendingPathComponent("scan\(index).dcm"))
            }
        }
        try program.write(
            """
            name: own
            report: sweep rows=loss columns=labels
            grid: {dataset: "folder:scans", model: unet, loss: [tv, kltv]}
            train: {epochs: 1, batch: 4, image: 32, width: 1}
            """, to: "e.yaml")
        return program
    }

    /// Every file below the folder but the images themselves.
    private func written(_ program: Program) throws -> [URL] {
        let walk = try #require(
            FileManager.default.enumerator(
                at: program.folder, includingPropertiesForKeys: [.isRegularFileKey]))
        return walk.compactMap { $0 as? URL }.filter { file in
            !file.path.contains("/data/scans/")
                && (try? file.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
        }
    }

    @Test func noByteThatIsWrittenTellsOfAPerson() throws {
        let program = try program()
        let cache = ["LIGHTBOX_CACHE": program.folder.appendingPathComponent("cache").path]
        func run(_ arguments: String..., status: Int32 = 0) throws -> Program.Ending {
            let ending = try program.run(arguments, environment: cache)
            #expect(ending.status == status, "\(arguments): \(ending.errors)")
            return ending
        }
        _ = try run("data", "check", "folder:scans", "--data", "data", "--all")
        _ = try run("data", "check", "folder:scans", "--data", "data", "--format", "json")
        _ = try run("sweep", "e.yaml", "--data", "data", "--jobs", "2")
        _ = try run("show", "1")
        _ = try run("report", "sweep", "--experiment", "own", "--output", "table.md")
        _ = try run(
            "report", "overlays", "--experiment", "own", "--data", "data", "--output", "faces.md")
        _ = try run(
            "predict", "--run", "1", "--image", "data/scans/images", "--mask", "data/scans/masks",
            "--output", "drawn", "--overlay", "over", "--csv", "drawn.csv")
        let groups = try run(
            "query", "SELECT count(DISTINCT patient), count(patient) FROM image", "--format", "csv")
        #expect(groups.output.contains("7,14"))
        // A mask has the geometry of its image.
        let mask = try Data(
            contentsOf: program.folder.appendingPathComponent("drawn/scan3.png"))
        #expect(Array(mask[16..<24]) == [0, 0, 1, 0x90, 0, 0, 1, 0x2C])
        // A broken file, and one that holds several pictures.
        let images = program.folder.appendingPathComponent("data/scans/images")
        try Data(file(2) { _, _ in 1 }.prefix(5000))
            .write(to: images.appendingPathComponent("scan2.dcm"))
        _ = try run("data", "check", "folder:scans", "--data", "data", status: 1)
        _ = try program.run(["sweep", "e.yaml", "--data", "data"], environment: cache)
        _ = try run("predict", "--run", "1", "--image", "data/scans/images/scan2.dcm", status: 65)

        let files = try written(program)
        #expect(files.count > 20)
        for file in files {
            let data = try Data(contentsOf: file)
            for secret in Self.secrets {
                #expect(data.range(of: Data(secret.utf8)) == nil, "\(secret) in \(file.path)")
            }
        }
        #expect(files.contains { $0.path.hasSuffix(".patient-key") })
    }

    /// Names of files that are identifiers stop the set before one is written anywhere.
    @Test func filesNamedAfterPatientsAreRefused() throws {
        let program = try program()
        let images = program.folder.appendingPathComponent("data/scans/images")
        try FileManager.default.moveItem(
            at: images.appendingPathComponent("scan3.dcm"),
            to: images.appendingPathComponent("TELLTALE_ANN1.dcm"))
        for verb in [["data", "check", "folder:scans"], ["sweep", "e.yaml"]] {
            let ending = try program.run(verb + ["--data", "data"])
            #expect(ending.status != 0)
            #expect((ending.output + ending.errors).contains("named after its patient"), "\(verb)")
        }
        for file in try written(program) {
            let data = try Data(contentsOf: file)
            #expect(data.range(of: Data("TELLTALE".utf8)) == nil, "\(file.path)")
        }
    }
}
