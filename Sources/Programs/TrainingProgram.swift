public import Domain
internal import Foundation

/// A program of the user's that trains cells, as `trainer:` of an experiment file names it.
public struct TrainingProgram: Sendable, Hashable, Codable {
    /// What the store and SQL call the procedure of its runs.
    public static let procedure = ProgramRuns.procedure
    /// What stands for the loss where the experiment file names none: the program has its own.
    public static let ownLoss = "own"

    /// The program and its arguments, as the experiment file has them.
    public var command: [String]
    /// Files and folders whose contents are the program's code, relative to `folder`.
    public var code: [String]
    /// Folder of the experiment file; empty where only a store tells of the program, which then
    /// cannot be started.
    public var folder: String
    /// SHA-256 over the contents of the code; empty where none was read.
    public var digest: String
    /// Seconds from SIGTERM to SIGKILL.
    public var grace = 30.0
    /// Seconds without a line of report or output after which it counts as hanging; 0: no limit.
    public var silence = 3600.0

    /// A program.
    public init(command: [String], code: [String], folder: String, digest: String = "") {
        self.command = command
        self.code = code
        self.folder = folder
        self.digest = digest
    }

    /// What makes two programs the same: the command and the contents of the code.
    public var identity: JSONValue {
        .object(["command": .list(command.map { .text($0) }), "code": .text(digest)])
    }

    /// The program that `identity` stands for, as a store has it; nil for other values.
    public init?(identity: JSONValue) {
        guard case .object(let members) = identity, case .list(let words)? = members["command"],
            case .text(let digest)? = members["code"]
        else { return nil }
        let command = words.compactMap { if case .text(let word) = $0 { word } else { nil } }
        guard command.count == words.count else { return nil }
        self.init(command: command, code: [], folder: "", digest: digest)
    }

    /// Everything about the program as JSON, for other processes.
    public var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The program that `json` stands for; nil for other text.
    public init?(json: String) {
        guard let found = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else {
            return nil
        }
        self = found
    }

    /// The same with the digest of the code as it is now.
    ///
    /// - Throws: `ProgramError.code` for code that cannot be read.
    public func reading() throws(ProgramError) -> TrainingProgram {
        var program = self
        program.digest = try CodeFiles(paths: code, folder: folder).digest()
        return program
    }

    /// Refuses code that the run's own files would change.
    func checkPlace(of run: URL) throws(ProgramError) {
        guard !folder.isEmpty, let path = CodeFiles(paths: code, folder: folder).root(of: run)
        else { return }
        throw .code(
            path: path,
            reason: "the store's folder \(run.deletingLastPathComponent().path) lies in it, so "
                + "each run would change the code; name the program's own files, or keep the store "
                + "elsewhere")
    }

    /// The words of the command that are files but no code: what is in them decides nothing about
    /// which cells are trained.
    public var filesBesideCode: [String] {
        guard !folder.isEmpty else { return [] }
        let base = URL(fileURLWithPath: folder)
        let files = CodeFiles(paths: code, folder: folder)
        return command.enumerated().filter { index, word in
            guard index > 0 || !word.hasPrefix("/") && word.contains("/") else { return false }
            let url = CodeFiles.url(of: word, in: base)
            var status = stat()
            return stat(url.path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
                && files.root(of: url) == nil
        }.map(\.element)
    }

    /// A sentence about `filesBesideCode`; nil where there are none.
    public var wordsBesideCode: String? {
        let files = filesBesideCode
        guard !files.isEmpty else { return nil }
        return
            "\(files.joined(separator: ", ")) of the program's command is not in 'code:': an edit "
            + "of it makes no new cells"
    }

    /// Refuses to go on with code that is not the one of the cell's identity.
    func checkCode() throws(ProgramError) {
        guard !folder.isEmpty else { throw .unknown(command: command) }
        let now = try reading().digest
        guard now == digest else { throw .changed(code: code) }
    }

    /// Refuses a command that cannot be started.
    func checkCommand() throws(ProgramError) {
        let name = startedCommand[0]
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
            .split(separator: ":")
        let paths = name.contains("/") ? [name] : folders.map { "\($0)/\(name)" }
        guard let path = paths.first(where: { access($0, F_OK) == 0 }) else {
            let place = name.contains("/") ? "there" : "on the PATH"
            throw .notStarted(command: name, reason: "there is no such program \(place)")
        }
        guard access(path, X_OK) == 0 else {
            throw .notStarted(command: name, reason: "it may not be executed")
        }
    }

    /// The command with absolute paths in the place of its words that name code.
    var startedCommand: [String] {
        let base = URL(fileURLWithPath: folder)
        let roots = code.map { CodeFiles.url(of: $0, in: base).path }
        return command.enumerated().map { index, word in
            let path = CodeFiles.url(of: word, in: base).path
            let isCode = roots.contains { path == $0 || path.hasPrefix($0 + "/") }
            let isProgram = index == 0 && word.contains("/")
            guard isCode || isProgram, FileManager.default.fileExists(atPath: path) else {
                return word
            }
            return path
        }
    }
}
