import Foundation
import Testing

@testable import Files

/// A folder of its own, removed with the test.
final class Scratch {
    let path: String

    init() throws {
        path =
            (FileManager.default.temporaryDirectory.path as NSString).appendingPathComponent(
                "lightbox-files-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { path + "/" + name }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: self(name), atomically: false, encoding: .utf8)
    }

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: self(name), encoding: .utf8)
    }

    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    /// The start of a store: what tells it from other databases.
    static var store: Data {
        var data = Data("SQLite format 3\0".utf8)
        data.append(Data(count: 52))
        data.append(Data("LBOX".utf8))
        data.append(Data(count: 28))
        return data
    }
}

@Suite struct OutputTests {
    private let folder: Scratch

    init() throws { folder = try Scratch() }

    private func refusal(
        _ name: String, _ rule: OutputRule = OutputRule(existing: .any)
    ) -> OutputError.Refusal? {
        do throws(OutputError) {
            _ = try rule.file(name.hasPrefix("/") || name.isEmpty ? name : folder(name))
            return nil
        } catch .refused(_, let refusal) {
            return refusal
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    // MARK: What is never written

    @Test func foldersDevicesAndPipesAreRefused() throws {
        try FileManager.default.createDirectory(
            atPath: folder("d"), withIntermediateDirectories: true)
        symlink("d", folder("link"))
        #expect(mkfifo(folder("pipe"), 0o600) == 0)
        symlink("/dev/null", folder("null"))
        symlink("b", folder("a"))
        symlink("a", folder("b"))
        try folder.write("x", to: "plain")
        #expect(refusal("") == .noName)
        for name in ["d", "d/", "link", "link/", "new/", "d/.", "d/..", "/"] {
            #expect(refusal(name) == .folder, "\(name)")
        }
        #expect(refusal("pipe") == .special(kind: "a named pipe"))
        for name in ["null", "/dev/null", "/dev/zero"] {
            #expect(refusal(name) == .special(kind: "a device"), "\(name)")
        }
        #expect(refusal("a") == .linkLoop)
        #expect(refusal("plain/x") == .notAFolder(found: folder("plain")))
        #expect(refusal("plain/x/y") == .notAFolder(found: folder("plain")))
    }

    @Test func storesAreRefusedUnderEveryName() throws {
        try Scratch.store.write(to: URL(fileURLWithPath: folder("s.db")))
        symlink("s.db", folder("link"))
        symlink("link", folder("link of link"))
        #expect(link(folder("s.db"), folder("hard")) == 0)
        // A folder that is not there yet would be made, and then the path leads to the store.
        for name in [
            "s.db", "link", "link of link", "hard", "./s.db", "x/../s.db", "x/../link",
            "x/y/../../hard", "x/.././x/../link of link",
        ] {
            #expect(refusal(name) == .store, "\(name)")
        }
        for log in ["s.db-wal", "s.db-shm", "s.db-journal"] {
            #expect(refusal(log) == .journal, "\(log)")
        }
        let copy = OutputRule(existing: .any, replaceable: FileIdentity(folder("s.db")))
        #expect(refusal("s.db", copy) == nil)
    }

    @Test func logsAndTheirNeighboursAreRefused() throws {
        try Data([0x37, 0x7f, 0x06, 0x83, 0, 0]).write(to: URL(fileURLWithPath: folder("odd")))
        #expect(refusal("odd") == .journal)
        for suffix in DatabaseFile.logs {
            try folder.write("", to: "new.db" + suffix)
            #expect(refusal("new.db") == .journalBeside(folder("new.db" + suffix)))
            unlink(folder("new.db" + suffix))
        }
        #expect(refusal("new.db") == nil)
    }

    @Test func inputsAndFilesOfRunsAreRefused() throws {
        try folder.write("pixels", to: "in.png")
        symlink("in.png", folder("alias.png"))
        #expect(link(folder("in.png"), folder("twin.png")) == 0)
        let rule = OutputRule(existing: .any, inputs: [folder("alias.png"), folder("none")])
        for name in ["in.png", "alias.png", "twin.png"] {
            #expect(refusal(name, rule) == .input, "\(name)")
        }
        #expect(refusal("runs/0123456789abcdef/best.safetensors") == .runFile)
        #expect(refusal("runs/0123456789abcdef/best.safetensors/runs.csv") == .runFile)
        #expect(refusal("runs/notes/best.safetensors") == nil)
        // A folder of that form that holds no run is somebody's own.
        try FileManager.default.createDirectory(
            atPath: folder("runs/20251128123456789"), withIntermediateDirectories: true)
        #expect(refusal("runs/20251128123456789/project/table.md") == nil)
        try folder.write("weights", to: "runs/20251128123456789/best.safetensors")
        #expect(refusal("runs/20251128123456789/table.md") == .runFile)
        // Folders for several files, which need not be there yet.
        for name in ["runs/20251128123456789", "runs/20251128123456789/a/b"] {
            #expect(throws: OutputError.refused(path: folder(name), .runFile)) {
                try OutputRule(existing: .any).folder(folder(name))
            }
        }
        #expect(throws: Never.self) { try OutputRule().folder(folder("runs")) }
    }

    @Test func nothingIsWrittenAmongFilesThatAreRead() throws {
        try FileManager.default.createDirectory(
            atPath: folder("set/images"), withIntermediateDirectories: true)
        try folder.write("pixels", to: "set/images/a.png")
        symlink("set/images", folder("alias"))
        let rule = OutputRule(existing: .any, inputFolders: [folder("alias"), folder("none")])
        for name in ["set/images/a.png", "set/images/b.png", "alias/b.png", "alias/deep/b.png"] {
            #expect(refusal(name, rule) == .inputFolder(folder("set/images")), "\(name)")
        }
        #expect(refusal("set/b.png", rule) == nil)
        // Nor is a folder of many files.
        for name in ["alias", "alias/deep"] {
            #expect(
                throws: OutputError.refused(
                    path: folder(name), .inputFolder(folder("set/images")))
            ) { try rule.folder(folder(name)) }
        }
        let above = try rule.folder(folder("set"))
        #expect(refusal("set/images/b.csv", above) == .inputFolder(folder("set/images")))
    }

    // MARK: What may be replaced

    @Test func onlyOwnFilesAreReplacedUnasked() throws {
        let rule = OutputRule()
        try folder.write("my notes", to: "README.md")
        #expect(refusal("README.md", rule) == .foreign)
        #expect(refusal("README.md", OutputRule(existing: .any)) == nil)
        #expect(refusal("README.md", OutputRule(existing: .none)) == .exists)

        let report = Array(Seal.sealed("report\n", as: .markup).utf8)
        try rule.file(folder("r.md")).write(report)
        #expect(refusal("r.md", rule) == nil)
        #expect(refusal("r.md", OutputRule(existing: .none)) == .exists)
        try folder.write(folder.text("r.md") + "notes\n", to: "r.md")
        #expect(refusal("r.md", rule) == .edited)

        try folder.write("", to: "empty")
        #expect(refusal("empty", rule) == nil)
        #expect(!folder.names.contains { $0.hasSuffix(".partial") })
    }

    @Test func theLedgerKnowsFilesWithoutASeal() throws {
        let rule = OutputRule()
        try rule.file(folder("t.csv")).write(Array("a,b\n".utf8))
        #expect(try folder.text("t.csv") == "a,b\n")
        #expect(refusal("t.csv", rule) == nil)
        try rule.file(folder("t.csv")).write(Array("a,c\n".utf8))
        try folder.write("a,d\n", to: "t.csv")
        #expect(refusal("t.csv", rule) == .edited)
        // Lines as sha256sum writes them; the same content adds none.
        let lines = try folder.text(Ledger.name).split(separator: "\n")
        #expect(lines.count == 2 && lines.allSatisfy { $0.hasSuffix("  t.csv") })

        let inside = try rule.folder(folder("out"))
        try inside.file(folder("out/deep/events")).write([1, 2, 3])
        #expect(try folder.text("out/" + Ledger.name).hasSuffix("  deep/events\n"))
        #expect(refusal("out/deep/events", try rule.folder(folder("out"))) == nil)
        symlink("out", folder("link"))
        #expect(refusal("link/deep/events", try rule.folder(folder("link"))) == nil)
    }

    @Test func aLedgerThatIsALinkIsNotFollowed() throws {
        try folder.write("my notes", to: "victim")
        symlink("victim", folder(Ledger.name))
        #expect(throws: OutputError.self) {
            try OutputRule().file(folder("t.csv")).write([1])
        }
        #expect(try folder.text("victim") == "my notes")
        #expect(!folder.names.contains("t.csv"))
    }

    @Test func aFolderIsWantedForSeveralFiles() throws {
        try folder.write("x", to: "plain")
        symlink("nowhere", folder("dangling"))
        try Scratch.store.write(to: URL(fileURLWithPath: folder("s.db")))
        for name in ["plain", "plain/", "plain/x", "dangling/x", "s.db", "s.db-wal"] {
            #expect(throws: OutputError.self, "\(name)") { try OutputRule().folder(folder(name)) }
        }
        #expect(throws: OutputError.refused(path: "-", .stream)) { try OutputRule().folder("-") }
        #expect(throws: OutputError.refused(path: "", .noName)) { try OutputRule().folder("") }
    }

    @Test func nothingIsWrittenTwice() throws {
        var plan = OutputPlan(OutputRule())
        symlink("x.png", folder("y.png"))
        try plan.claim(folder("x.png"), for: "a")
        for name in ["x.png", "./x.png", "y.png"] {
            let error = #expect(throws: OutputError.self) {
                try plan.claim(folder(name), for: "b")
            }
            guard case .refused(_, .twice) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        try plan.claim("-", for: "c")
        #expect(throws: OutputError.self) { try plan.claim("/dev/stdout", for: "d") }
    }

    // MARK: How it is written

    @Test func linksAndPermissionsStay() throws {
        symlink("real.md", folder("link.md"))
        let report = Array(Seal.sealed("one\n", as: .markup).utf8)
        try OutputRule().file(folder("link.md")).write(report)
        #expect(try folder.text("real.md").hasPrefix("one\n"))
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: folder("link.md"))
                == "real.md")
        chmod(folder("real.md"), 0o640)
        try OutputRule().file(folder("link.md")).write(
            Array(Seal.sealed("two\n", as: .markup).utf8))
        #expect(try folder.text("real.md").hasPrefix("two\n"))
        var status = stat()
        #expect(stat(folder("real.md"), &status) == 0 && status.st_mode & 0o7777 == 0o640)
        chmod(folder("real.md"), 0o440)
        #expect(refusal("link.md", OutputRule()) == .readOnly)
    }

    @Test func streamsAreNotReplaced() throws {
        symlink("/dev/stdout", folder("out"))
        symlink("/proc/self/fd/2", folder("err"))
        for name in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", folder("out")] {
            #expect(try OutputPlace(name) == .stream(1), "\(name)")
        }
        #expect(try OutputPlace(folder("err")) == .stream(2))
        let pipe = Pipe()
        let number = pipe.fileHandleForWriting.fileDescriptor
        try OutputRule().file("/dev/fd/\(number)").write([65, 66])
        #expect(pipe.fileHandleForReading.readData(ofLength: 2) == Data([65, 66]))
    }

    @Test func whatCannotBeWrittenIsNamedAndTheOldFileStays() throws {
        let long = String(repeating: "x", count: 300)
        let error = #expect(throws: OutputError.self) {
            try OutputRule().file(folder(long)).write([1])
        }
        #expect(error?.description.contains(long) == true)
        // Two files that belong together: neither changes when the second is refused.
        let first = try OutputRule(existing: .any).file(folder("a.txt"))
        try folder.write("old", to: "a.txt")
        _ = try first.prepare([1])
        #expect(try folder.text("a.txt") == "old")
    }

    @Test func aDraftOfALibraryTakesItsPlace() throws {
        let output = try OutputRule().file(folder("deep/er/m.db"))
        let draft = try output.draft()
        try Data([1, 2]).write(to: URL(fileURLWithPath: draft))
        try output.adopt(draft, isListed: true)
        #expect(refusal("deep/er/m.db", OutputRule()) == nil)
        let again = try OutputRule(existing: .none).file(folder("new.db"))
        let second = try again.draft()
        try Data([3]).write(to: URL(fileURLWithPath: second))
        try folder.write("faster", to: "new.db")
        #expect(throws: OutputError.refused(path: folder("new.db"), .exists)) {
            try again.adopt(second, isListed: false)
        }
        #expect(try folder.text("new.db") == "faster")
    }
}
