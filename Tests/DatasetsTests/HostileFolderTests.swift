import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

/// Folders that loop, are locked, or hold names that nobody expects.
struct HostileFolderTests {
    private let options = LoadOptions(side: 16, cache: nil)

    private func description(_ name: String, _ root: DataRoot) throws -> String {
        let entry = try DatasetRegistry.require(name)
        do throws(DatasetError) {
            _ = try entry.load(root, options)
            return ""
        } catch {
            return error.description
        }
    }

    private func link(_ folder: TemporaryFolder, _ path: String, to target: String) throws {
        let place = folder.url.appendingPathComponent(path)
        try? FileManager.default.removeItem(at: place)
        #expect(symlink(target, place.path) == 0)
    }

    @Test func loopsOfLinksAreNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 2)
        try folder.write(.scx, count: 2)
        let reason = "Too many levels of symbolic links"
        try link(folder, "MontgomerySet/CXR_png", to: "CXR_png")
        #expect(try description("mcx", folder.root).contains("CXR_png: \(reason)"))
        try folder.remove("MontgomerySet")
        try link(folder, "MontgomerySet", to: "MontgomerySet")
        #expect(try description("mcx", folder.root).contains("MontgomerySet/CXR_png: \(reason)"))
        // An optional folder that is there and loops is not taken for a missing one.
        try link(folder, "ChinaSet_AllFiles/ClinicalReadings", to: "ClinicalReadings")
        #expect(try description("scx", folder.root).contains("ClinicalReadings: \(reason)"))
        try link(folder, "ChinaSet_AllFiles/ClinicalReadings", to: "nowhere")
        #expect(try description("scx", folder.root).contains("No such file or directory"))
    }

    @Test func aLoopBackIntoTheSetIsNoLoop() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 2)
        try link(folder, "MontgomerySet/MontgomerySet", to: "..")
        try link(folder, "MontgomerySet/CXR_png/up.png", to: "..")
        #expect(try description("mcx", folder.root).contains("up.png does not have an expected"))
        try folder.remove("MontgomerySet/CXR_png/up.png")
        #expect(try description("mcx", folder.root) == "")
        // An image that is a link into a folder is refused as what it is.
        try link(folder, "MontgomerySet/CXR_png/MCUCXR_0001_0.png", to: "..")
        #expect(try description("mcx", folder.root).contains("it is not a regular file"))
    }

    /// Permissions do not bind the superuser.
    @Test(.enabled(if: geteuid() != 0))
    func lockedFoldersAndFilesAreNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 2)
        func lock(_ path: String, _ mode: mode_t) {
            // A closed folder cannot be opened again by way of its own ".".
            let place = path == "." ? folder.url : folder.url.appendingPathComponent(path)
            #expect(chmod(place.path, mode) == 0)
        }
        for place in [".", "MontgomerySet", "MontgomerySet/CXR_png", "MontgomerySet/ManualMask"] {
            lock(place, 0)
            let text = try description("mcx", folder.root)
            lock(place, 0o755)
            #expect(text.contains("Permission denied"), "\(place): \(text)")
        }
        try folder.write(.jcx, count: 2)
        lock("scratch", 0)
        let masks = try description("jcx", folder.root)
        lock("scratch", 0o755)
        #expect(masks.contains("scratch: Permission denied"))
        lock("MontgomerySet/CXR_png/MCUCXR_0001_0.png", 0)
        let text = try description("mcx", folder.root)
        #expect(text.contains("MCUCXR_0001_0.png: Permission denied"))
    }

    @Test func twoFilesForOneMask() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 2)
        let masks = folder.url.appendingPathComponent("MontgomerySet/ManualMask/leftMask")
        try FileManager.default.copyItem(
            at: masks.appendingPathComponent("MCUCXR_0001_0.png"),
            to: masks.appendingPathComponent("mcucxr_0001_0.PNG"))
        let text = try description("mcx", folder.root)
        #expect(text.contains("has 'MCUCXR_0001_0' more than once"))
        #expect(text.contains("mcucxr_0001_0.PNG"))
    }

    @Test(arguments: [
        "a b", " leading", "ü", "u\u{308}mlaut", "胸部", "100%", "a#b?c", "quote\"d", "comma,semi;",
        "🫁", "tab\tand\nline", "dot.dot..", "-rf", "*", "%2e%2e", "back\\slash",
    ])
    func namesOfEveryKind(name: String) throws {
        let folder = try TemporaryFolder()
        for (place, value) in [("images", UInt16(90)), ("masks", 255)] {
            let directory = folder.url.appendingPathComponent(place)
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true)
            var image = GrayImage(width: 16, height: 16)
            for i in 0..<80 { image.pixels[i] = value }
            try ImageFile.write(
                PNG.encode(image), to: directory.appendingPathComponent(name + ".png"))
        }
        let quoted = "\"" + (name + ".png").replacing("\"", with: "\"\"") + "\""
        let labels = "\u{feff}file,class,split\r\n\(quoted),x,train\r\n"
        try ImageFile.write(
            Array(labels.utf8), to: folder.url.appendingPathComponent("labels.csv"))
        let dataset = try DatasetRegistry.require("folder").load(folder.root, options)
        #expect(dataset.examples.map(\.id) == [name])
        #expect(dataset.examples[0].classIndex == 0 && dataset.examples[0].assignedSplit == .train)
        #expect(dataset.mask(0).reduce(0) { $0 + Int($1) } == 80)
    }

    /// The same word, its accent composed in the table and decomposed on disk, as macOS does.
    @Test func accentsOfEitherForm() throws {
        let folder = try TemporaryFolder()
        for place in ["images", "masks"] {
            let directory = folder.url.appendingPathComponent(place)
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true)
            var image = GrayImage(width: 16, height: 16)
            for i in 0..<80 { image.pixels[i] = 255 }
            let name = place == "images" ? "Mu\u{308}ller.png" : "M\u{fc}ller.png"
            try ImageFile.write(PNG.encode(image), to: directory.appendingPathComponent(name))
        }
        try ImageFile.write(
            Array("file,class\nM\u{fc}ller,x\n".utf8),
            to: folder.url.appendingPathComponent("labels.csv"))
        let dataset = try DatasetRegistry.require("folder").load(folder.root, options)
        #expect(dataset.examples.map(\.hasMask) == [true])
        #expect(dataset.examples[0].classIndex == 0)
    }

    /// A name that is no UTF-8 is refused with a sentence or read, never a crash.
    @Test func namesThatAreNoText() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 2)
        let place = folder.url.appendingPathComponent("MontgomerySet/CXR_png")
        var path = Array(place.path.utf8CString.dropLast()).map { UInt8(bitPattern: $0) }
        path += Array("/MCUCXR_\u{0}".utf8.dropLast()) + [0xe4, 0xff] + Array("_0.png".utf8) + [0]
        let file = path.withUnsafeBytes { raw in
            open(raw.baseAddress!.assumingMemoryBound(to: CChar.self), O_CREAT | O_WRONLY, 0o644)
        }
        guard file >= 0 else { return }
        close(file)
        #expect(try description("mcx", folder.root) != "")
    }

    /// What is no file is refused; nobody waits for its end.
    @Test(arguments: ["images/i3.png", "images/i3", "images/i3.dcm", "masks/i3.png"])
    func aPipeIsNoImage(path: String) throws {
        let folder = try TemporaryFolder()
        for part in ["images", "masks"] {
            try FileManager.default.createDirectory(
                at: folder.url.appendingPathComponent(part), withIntermediateDirectories: true)
            for index in 0..<6 {
                let mask = (0..<256).map { UInt8($0 % 16 < 4 + index ? 1 : 0) }
                try ImageFile.write(
                    PNG.encode(mask: mask, width: 16, height: 16),
                    to: folder.url.appendingPathComponent("\(part)/i\(index).png"))
            }
        }
        let pipe = folder.url.appendingPathComponent(path)
        try? FileManager.default.removeItem(at: pipe)
        #expect(mkfifo(pipe.path, 0o600) == 0)
        let entry = try DatasetRegistry.require("folder")
        let report = try? entry.check(folder.root)
        let isRead = path.hasSuffix(".png")
        #expect((report?.isSound ?? false) != isRead)
        if isRead {
            #expect(throws: DatasetError.self) { try entry.load(folder.root, options) }
        } else {
            #expect(try entry.load(folder.root, options).examples.count == 6)
        }
    }

    @Test func imagesOfOneGrayShowNothing() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 6)
        let image = folder.url.appendingPathComponent("MontgomerySet/CXR_png/MCUCXR_0001_0.png")
        try ImageFile.write(PNG.encode(GrayImage(width: 64, height: 64, filledWith: 40)), to: image)
        let notes = try DatasetEntry.montgomery.load(folder.root, options).notes
        #expect(notes.contains("1 image of one gray, which shows nothing: MCUCXR_0001_0"))
    }
}
