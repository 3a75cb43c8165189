import Documents
import Foundation

extension Spec {
    /// Reads the experiment file at `path` and applies `overrides` ("key=value").
    ///
    /// - Throws: `SpecError`, which names the file, the line and the column.
    public init(path: String, overrides: [String] = [], vocabulary: Vocabulary) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw SpecError.missingFile(path: path)
        }
        if let reason = Self.oddity(of: path) {
            throw SpecError.unreadable(path: path, reason: reason)
        }
        // No more than may be in one.
        let most = YAMLText.mostBytes + 1
        let data = FileHandle(forReadingAtPath: path).flatMap {
            // Of an empty file nothing is read.
            try? $0.read(upToCount: most) ?? Data()
        }
        if let data, data.count == most {
            throw SpecError.unreadable(path: path, reason: YAMLText.tooLong("an experiment"))
        }
        guard let text = String(bytes: data ?? Data([0xFF]), encoding: .utf8) else {
            throw SpecError.unreadable(path: path, reason: "it is no UTF-8 text file")
        }
        self = try Spec(text: text, path: path, overrides: overrides, vocabulary: vocabulary)
    }

    /// Why what is there is no file that ends; nil where it is one.
    private static func oddity(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return String(cString: strerror(errno)) }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "it is a folder; expected an experiment file"
        case S_IFIFO, S_IFSOCK: "it is a pipe; expected an experiment file"
        default: "it is a device; expected an experiment file"
        }
    }

    /// Reads an experiment from YAML text; `path` is for error messages.
    public init(
        text: String, path: String, overrides: [String] = [], vocabulary: Vocabulary
    ) throws {
        var reader = SpecReader(path: path, vocabulary: vocabulary)
        try reader.read(text)
        for assignment in overrides { try reader.override(assignment) }
        self = try reader.spec()
        self.overrides = overrides
    }

    /// The experiment with the cells that its file has; nil where `--set` changed none of them.
    func asInFile(_ vocabulary: Vocabulary) throws -> Spec? {
        let others = overrides.filter { !SpecReader.changesCells($0) }
        guard !path.isEmpty, others.count < overrides.count else { return nil }
        return try Spec(path: path, overrides: others, vocabulary: vocabulary)
    }

    /// Reads an experiment as a store has recorded it.
    init(recorded source: String, vocabulary: Vocabulary) throws {
        let recorded = RecordedSource(source)
        try self.init(
            text: recorded.text, path: "", overrides: recorded.overrides, vocabulary: vocabulary)
    }

    /// An experiment of one cell, from options of the command line.
    ///
    /// - Parameter options: keys of a cell with their values.
    public init(
        name: String, options: [(key: String, value: String)], vocabulary: Vocabulary
    ) throws {
        var reader = SpecReader(path: "", vocabulary: vocabulary)
        reader.isOfOneCell = true
        try reader.override("name", with: name, at: .option("--name \(name)"))
        for (key, value) in options {
            try reader.override(key, with: value, at: .option("--\(key) \(value)"))
        }
        self = try reader.spec()
    }
}
