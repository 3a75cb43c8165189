import Foundation
import Hashing

/// The one rule for every file that a verb writes for its user.
///
/// Never written: a folder, a device, a pipe, a socket; a Lightbox store, whatever name or link leads
/// to it; the log of a database; a file of a run; the list of what Lightbox wrote; a file that the same command reads, and a place among
/// those of a data set. A file that Lightbox did not make, or that was changed since, only where `Existing.any` says so. A symbolic
/// link stays, and the file that it leads to is written.
public struct OutputRule: Sendable {
    /// What may be replaced.
    public enum Existing: Sendable {
        /// Nothing: the file must be new.
        case none
        /// What Lightbox made and nobody has changed, and an empty file.
        case own
        /// Any regular file that is not refused always: `--replace`.
        case any
    }

    let existing: Existing
    private let inputs: Set<FileIdentity>
    private let inputFolders: Set<FileIdentity>
    private let replaceable: FileIdentity?
    private let ledger: Ledger?

    /// A rule.
    ///
    /// - Parameters:
    ///   - existing: what may be replaced.
    ///   - inputs: the files that the command reads, the store above all.
    ///   - inputFolders: folders of which every file is read: nothing is written into or below them.
    ///   - replaceable: a store that may be replaced all the same: a copy to give away.
    public init(
        existing: Existing = .own, inputs: [String] = [], inputFolders: [String] = [],
        replaceable: FileIdentity? = nil
    ) {
        self.existing = existing
        self.inputs = Set(inputs.compactMap { FileIdentity($0) })
        self.inputFolders = Set(inputFolders.compactMap { FileIdentity($0) })
        self.replaceable = replaceable
        ledger = nil
    }

    /// Decides about a file to be written, and finds where its bytes go.
    ///
    /// - Throws: `OutputError`.
    public func file(_ path: String) throws(OutputError) -> Output {
        let place = try OutputPlace(path)
        if case .file(let target) = place { try check(target, named: path) }
        return Output(name: path, place: place, rule: self)
    }

    /// Decides about a folder in which files are to be written; it need not exist.
    ///
    /// - Returns: the rule for the files in it, with one ledger.
    /// - Throws: `OutputError`.
    public func folder(_ path: String) throws(OutputError) -> OutputRule {
        if path.isEmpty { throw .refused(path: path, .noName) }
        if path == "-" { throw .refused(path: path, .stream) }
        if let obstacle = Self.obstacle(in: Self.real(path)) {
            throw .refused(path: path, .notAFolder(found: obstacle))
        }
        let real = Self.real(path)
        if DatabaseFile.isLog(real) { throw .refused(path: path, .journal) }
        if Self.isRunFile(real + "/" + Ledger.name) { throw .refused(path: path, .runFile) }
        if let folder = inputFolder(of: real) { throw .refused(path: path, .inputFolder(folder)) }
        return OutputRule(self, folder: path)
    }

    /// `rule` with one ledger for a folder.
    private init(_ rule: OutputRule, folder: String) {
        existing = rule.existing
        inputs = rule.inputs
        inputFolders = rule.inputFolders
        replaceable = rule.replaceable
        ledger = Ledger(folder: Self.real(folder))
    }

    // MARK: The rule

    private func check(_ target: String, named path: String) throws(OutputError) {
        func refused(_ refusal: OutputError.Refusal) -> OutputError {
            .refused(path: path, refusal)
        }
        let folder = (target as NSString).deletingLastPathComponent
        if let obstacle = Self.obstacle(in: folder) {
            throw refused(.notAFolder(found: obstacle))
        }
        if Self.isRunFile(target) { throw refused(.runFile) }
        if (target as NSString).lastPathComponent == Ledger.name { throw refused(.ledger) }
        if let folder = inputFolder(of: folder) { throw refused(.inputFolder(folder)) }
        var status = stat()
        let isThere = stat(target, &status) == 0
        if !isThere, errno != ENOENT, errno != ENOTDIR {
            throw .failed(path: path, reason: String(cString: strerror(errno)))
        }
        if isThere {
            let kind = status.st_mode & S_IFMT
            if kind == S_IFDIR { throw refused(.folder) }
            if kind != S_IFREG { throw refused(.special(kind: Self.name(of: kind))) }
        }
        let identity = isThere ? FileIdentity(status) : nil
        // Before anything is opened: closing a file takes away the locks of its open store.
        if let identity, inputs.contains(identity) {
            throw refused(DatabaseFile.isStore(target) ? .store : .input)
        }
        if DatabaseFile.isLog(target) { throw refused(.journal) }
        if let log = DatabaseFile.logBeside(target) {
            throw refused(isThere && DatabaseFile.isStore(target) ? .store : .journalBeside(log))
        }
        guard let identity else { return }
        if identity != replaceable, DatabaseFile.isStore(target) { throw refused(.store) }
        switch existing {
        case .none: throw refused(.exists)
        case .any: return
        case .own: break
        }
        if status.st_mode & 0o222 == 0 { throw refused(.readOnly) }
        if status.st_size == 0 { return }
        switch try state(of: target, named: path) {
        case .made: return
        case .edited: throw refused(.edited)
        case .foreign: throw refused(.foreign)
        }
    }

    /// The folder of files that are read, of which `folder` is one or in which it lies.
    private func inputFolder(of folder: String) -> String? {
        if inputFolders.isEmpty { return nil }
        var path = folder
        while true {
            if let identity = FileIdentity(path), inputFolders.contains(identity) { return path }
            if path.count <= 1 { return nil }
            path = (path as NSString).deletingLastPathComponent
        }
    }

    /// What the file's own mark, else the ledger of its folder says.
    private func state(of target: String, named path: String) throws(OutputError) -> Seal.State {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: target), options: .alwaysMapped)
        else { throw .failed(path: path, reason: "the file that is there cannot be read") }
        let inside = Seal.state(of: [UInt8](data))
        if inside == .made { return inside }
        let listed = ledger(for: target).state(of: target, digest: SHA256.hex(of: data))
        return listed == .foreign ? inside : listed
    }

    /// The ledger that holds for a file.
    func ledger(for target: String) -> Ledger {
        if let ledger, target.hasPrefix(ledger.folder + "/") { return ledger }
        return Ledger(folder: (target as NSString).deletingLastPathComponent)
    }

    // MARK: Paths

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// A folder's path with all links followed, as far as they exist.
    private static func real(_ folder: String) -> String {
        OutputPlace.whole(absolute(folder) + "/.")
    }

    /// What stands where a folder, or one above it, would have to be made; nil where nothing does.
    private static func obstacle(in folder: String) -> String? {
        var path = folder
        while path.count > 1 {
            var status = stat()
            if stat(path, &status) == 0 { return status.st_mode & S_IFMT == S_IFDIR ? nil : path }
            if lstat(path, &status) == 0 { return path }
            path = (path as NSString).deletingLastPathComponent
        }
        return nil
    }

    /// Whether the path is below `…/runs/<digest>` and is a file of weights, or lies beside one.
    private static func isRunFile(_ path: String) -> Bool {
        let parts = path.split(separator: "/").map(String.init)
        for index in parts.indices.dropFirst().dropLast() where parts[index - 1] == "runs" {
            guard (16...64).contains(parts[index].count),
                parts[index].allSatisfy({ "0123456789abcdef".contains($0) })
            else { continue }
            let folder = "/" + parts[...index].joined(separator: "/")
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            if (names + [parts[index + 1]]).contains(where: { $0.hasSuffix(".safetensors") }) {
                return true
            }
        }
        return false
    }

    private static func name(of kind: mode_t) -> String {
        switch kind {
        case S_IFCHR, S_IFBLK: "a device"
        case S_IFIFO: "a named pipe"
        case S_IFSOCK: "a socket"
        default: "no regular file"
        }
    }
}
