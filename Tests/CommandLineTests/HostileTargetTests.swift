import Foundation
import RunStore
import Testing

/// Every verb that writes, at every place where nothing may be written: it ends with an error that
/// names the place, and the disk is as it was.
@Suite struct HostileTargetTests {
    /// A way to write a file or a folder.
    struct Verb: CustomStringConvertible, Sendable {
        /// Command and option, as `--experimental-dump-help` names them.
        let name: String
        /// The arguments for a target.
        let arguments: @Sendable (String) -> [String]
        var isFolder = false
        /// Whether it has `--replace`.
        var replaces = true

        var description: String { name }
    }

    static let image = "data/MontgomerySet/CXR_png/MCUCXR_0001_0.png"
    static let verbs = [
        Verb(name: "report output") { ["report", "sweep", "--output", $0] },
        Verb(name: "compare output") { ["compare", "1", "2", "--output", $0] },
        Verb(name: "export output") { ["export", "mlflow", "--output", $0] },
        Verb(name: "export output") { ["export", "safetensors", "--run", "1", "--output", $0] },
        Verb(name: "export output") { ["export", "onnx", "--run", "1", "--output", $0] },
        Verb(name: "export output", arguments: { ["export", "csv", "-o", $0] }, isFolder: true),
        Verb(
            name: "export output", arguments: { ["export", "tensorboard", "-o", $0] },
            isFolder: true),
        Verb(name: "predict output") { ["predict", "--run", "1", "--image", image, "-o", $0] },
        Verb(name: "predict overlay") {
            ["predict", "--run", "1", "--image", image, "--overlay", $0]
        },
        Verb(name: "predict probability") {
            ["predict", "--run", "1", "--image", image, "--probability", $0]
        },
        Verb(name: "predict uncertainty") {
            ["predict", "--run", "1", "--mirror", "--image", image, "--uncertainty", $0]
        },
        Verb(name: "predict csv") { ["predict", "--run", "1", "--image", image, "--csv", $0] },
        Verb(
            name: "predict output",
            arguments: {
                ["predict", "--run", "1", "--image", "data/MontgomerySet/CXR_png", "-o", $0]
            }, isFolder: true),
        Verb(name: "data show output") {
            ["data", "show", "mcx", "--data", "data", "--output", $0]
        },
        Verb(name: "backup copy", arguments: { ["backup", $0] }, replaces: false),
        Verb(name: "ship copy") { ["ship", $0] },
        Verb(name: "init file", arguments: { ["init", $0] }, replaces: false),
    ]

    /// Places that nothing is written to, also not with `--replace`.
    static let forbidden = [
        "results/lightbox.db", "./results/../results/lightbox.db", "link.db", "hard.db",
        "link-of-hard.db", "other.db", "link-of-other.db", "results/lightbox.db-wal",
        "results/lightbox.db-journal", "stale.db", "results", "results/", "link-of-folder", "new/",
        "pipe", "/dev/null", "link-of-device", "loop", "plain/x", "plain/x/y.md", "",
        "results/runs/0123456789abcdef/best.safetensors",
    ]
    /// Those that a verb which writes a folder may write into, or beside.
    static let folders: Set = ["results", "results/", "link-of-folder", "new/", "stale.db"]
    /// Files of a data set, and places among them.
    static let dataPlaces = [
        image, "data/MontgomerySet/CXR_png/new.png", "data/MontgomerySet/new.md",
        "link-of-images/new.png", "link-of-image",
    ]
    /// Files that somebody else made.
    static let foreign = ["thesis.md", "link-of-thesis", "photo.png", "table.csv", "edited.md"]

    /// A folder with a store of two runs, and every hostile place.
    private static func prepared() throws -> Program {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny, to: "e.yaml")
        let ending = try program.run("sweep", "e.yaml")
        try #require(ending.status == 0, "\(ending.errors)")
        let base = program.folder.path + "/"
        try #require(try program.run("backup", "other.db").status == 0)
        for (name, target) in [
            ("link.db", "results/lightbox.db"), ("link-of-other.db", base + "other.db"),
            ("link-of-hard.db", "hard.db"), ("link-of-folder", "results"),
            ("link-of-device", "/dev/null"), ("loop", "loop"), ("link-of-thesis", "thesis.md"),
            ("link-of-images", "data/MontgomerySet/CXR_png"), ("link-of-image", image),
        ] {
            try #require(symlink(target, base + name) == 0)
        }
        try #require(link(base + "results/lightbox.db", base + "hard.db") == 0)
        try #require(mkfifo(base + "pipe", 0o600) == 0)
        for name in ["plain", "thesis.md", "photo.png", "table.csv", "stale.db-wal"] {
            try program.write("mine", to: name)
        }
        try #require(
            try program.run("report", "sweep", "--no-figures", "-o", "edited.md").status == 0)
        let report = try String(contentsOfFile: base + "edited.md", encoding: .utf8)
        try program.write(report + "\nmy notes\n", to: "edited.md")
        return program
    }

    /// Every file with its kind and content, but what the program's runs leave for the tests and
    /// the index of the log, which readers use.
    private static func contents(of folder: URL) throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        where !name.hasPrefix(".out-") && !name.hasPrefix(".err-") && !name.hasSuffix("-shm") {
            let path = folder.path + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            let kind = status.st_mode & S_IFMT
            let content = kind == S_IFREG ? FileManager.default.contents(atPath: path) : nil
            // A log that a reader made is empty.
            if name == "results/lightbox.db-wal", content?.isEmpty == true { continue }
            contents[name] = Data("\(status.st_mode)".utf8) + (content ?? Data())
        }
        return contents
    }

    /// The folder of all verbs, and what lies in it: nothing may change, so they share it.
    private static let shared = Result {
        let program = try prepared()
        return (program: program, contents: try contents(of: program.folder))
    }

    private func expectRefusal(_ verb: Verb, _ target: String, _ more: [String] = []) throws {
        let (program, before) = try Self.shared.get()
        let ending = try program.run(verb.arguments(target) + more)
        #expect(ending.status != 0 && ending.status < 126, "\(verb) \(target): \(ending.status)")
        let sentence = ending.errors.split(separator: "\n").last.map(String.init) ?? ""
        #expect(
            (target.isEmpty || sentence.contains(target)) && !sentence.contains("Cocoa"),
            "\(verb) \(target): \(sentence)")
        let after = try Self.contents(of: program.folder)
        let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
        #expect(changed.isEmpty, "\(verb) \(target) changed \(changed.sorted())")
    }

    @Test(arguments: verbs)
    func noVerbWritesWhereNothingMayBeWritten(_ verb: Verb) throws {
        let base = try Self.shared.get().program.folder.path + "/"
        let replace = verb.replaces ? ["--replace"] : []
        for target in Self.forbidden where !verb.isFolder || !Self.folders.contains(target) {
            try expectRefusal(verb, target, replace)
        }
        for target in Self.foreign { try expectRefusal(verb, target) }
        for target in ["results/lightbox.db", "link-of-hard.db", "link-of-other.db"] {
            try expectRefusal(verb, base + target, replace)
        }
        // Nor is anything written over a data set's files, or among them.
        for target in Self.dataPlaces + [base + Self.image] {
            try expectRefusal(verb, target, replace)
        }
    }

    /// A verb that writes and is not in the table has forgotten the rule, or the test.
    @Test func everyVerbThatWritesIsInTheTable() throws {
        let ending = try Program().run("--experimental-dump-help")
        let help = try JSONDecoder().decode(Help.self, from: Data(ending.output.utf8))
        let known = Set(Self.verbs.map(\.name))
        // The folders that phantoms are drawn into have a rule and tests of their own.
        let others: Set = ["data phantom directory", "data phantom output"]
        let found = Set(help.command.writers(below: []))
        #expect(found.subtracting(others) == known)
    }

    private struct Help: Decodable {
        let command: Command

        struct Command: Decodable {
            let commandName: String
            let arguments: [Argument]?
            let subcommands: [Command]?

            /// Options and arguments whose help says that something is written or made.
            func writers(below path: [String]) -> [String] {
                let own = (arguments ?? []).filter(\.writes).map {
                    (path + [$0.name]).joined(separator: " ")
                }
                return own
                    + (subcommands ?? []).flatMap { $0.writers(below: path + [$0.commandName]) }
            }
        }

        struct Argument: Decodable {
            struct Name: Decodable { let kind: String, name: String }
            let kind: String
            let valueName: String?
            let names: [Name]?
            let abstract: String?

            var name: String { names?.first { $0.kind == "long" }?.name ?? valueName ?? "" }
            var writes: Bool {
                guard kind != "flag", let abstract else { return false }
                return ["to write", "to make", "same as the argument"].contains {
                    abstract.contains($0)
                }
            }
        }
    }
}
