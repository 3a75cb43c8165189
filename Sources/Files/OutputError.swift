import Foundation

/// Why a file is not written, in one sentence; what stood in its place is untouched.
public enum OutputError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The rule of `OutputRule` forbids it.
    case refused(path: String, Refusal)
    /// The system did not do it: `reason` is its word.
    case failed(path: String, reason: String)

    /// What the rule forbids.
    public enum Refusal: Equatable, Sendable {
        /// An empty name.
        case noName
        /// A folder, or a name that ends like a folder's.
        case folder
        /// A file where a folder is needed: `found` is its path.
        case notAFolder(found: String)
        /// A stream where a folder or a whole file is needed.
        case stream
        /// A name whose ending says another format than is written.
        case ending(expected: String)
        /// Something that is no regular file.
        case special(kind: String)
        /// Symbolic links that lead nowhere but to each other.
        case linkLoop
        /// A Lightbox store.
        case store
        /// A file that the same command reads.
        case input
        /// A place in a folder of files that the same command reads: `folder` is its path.
        case inputFolder(String)
        /// A file of a run.
        case runFile
        /// The list of what Lightbox wrote into a folder.
        case ledger
        /// The log of a database.
        case journal
        /// A log that lies beside and would be replayed into the new file.
        case journalBeside(String)
        /// A file that is there already, where none is ever replaced.
        case exists
        /// A copy of a store that was made to give away.
        case earlierCopy
        /// A file that may only be read.
        case readOnly
        /// A file that Lightbox did not make.
        case foreign
        /// A file that Lightbox made and somebody changed.
        case edited
        /// The output of something else in the same command: `owner` is that.
        case twice(owner: String, other: String)
    }

    /// Refuses a name with another ending than that of the format written; names without one pass.
    public static func check(_ path: String, endsWith ending: String) throws(OutputError) {
        let found = (path as NSString).pathExtension.lowercased()
        if !found.isEmpty, found != ending { throw .refused(path: path, .ending(expected: ending)) }
    }

    /// The file as it was named.
    public var path: String {
        switch self {
        case .refused(let path, _), .failed(let path, _): path
        }
    }

    /// What was found, without advice.
    public var fact: String {
        switch self {
        case .failed(let path, let reason): "cannot write '\(path)': \(reason)"
        case .refused(let path, let refusal): "'\(path)' \(refusal.sentence)"
        }
    }

    /// One sentence: file, what was found, what to do.
    public var description: String {
        guard case .refused(_, let refusal) = self, refusal.isLifted else { return fact }
        return fact + "; add --replace to replace it"
    }
}

extension OutputError.Refusal {
    /// Whether `--replace` lifts it.
    public var isLifted: Bool {
        switch self {
        case .earlierCopy, .readOnly, .foreign, .edited: true
        default: false
        }
    }

    /// What follows the file's name.
    var sentence: String {
        switch self {
        case .noName: "is no name of a file"
        case .folder: "is a folder; expected the name of a file to write"
        case .notAFolder(let found):
            "cannot be written: '\(found)' is a file; expected a folder"
        case .stream: "is a stream; expected a file or folder that can be named"
        case .ending(let expected):
            "does not end with .\(expected), which is what is written"
        case .special(let kind):
            "is \(kind), which is never written; expected a file, '-' or /dev/stdout"
        case .linkLoop: "is a symbolic link that leads back to itself"
        case .store: "is a Lightbox store, which is never written over; name another file"
        case .input: "is read by the same command, so it is never written over; name another file"
        case .inputFolder(let folder):
            "would lie among the files of a data set, in '\(folder)'; name a file elsewhere"
        case .runFile: "is the place of a run's files; name another file"
        case .ledger:
            "is the list of what Lightbox wrote there, which no verb writes over; name another file"
        case .journal: "is the log of a database, which is never written over; name another file"
        case .journalBeside(let path):
            "is not written: '\(path)' lies beside it and would be replayed into it; remove or "
                + "rename that log"
        case .exists: "is there already; name another file"
        case .earlierCopy: "is an earlier copy of a store"
        case .readOnly: "may only be read"
        case .foreign: "was not made by Lightbox"
        case .edited: "was changed since Lightbox made it"
        case .twice(let owner, let other):
            "would be written twice, for \(owner) and for \(other); give them different names"
        }
    }
}
