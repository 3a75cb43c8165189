/// Why the store could not do what was asked, in one sentence.
public enum StoreError: Error, Equatable, CustomStringConvertible {
    /// There is no file at `path`.
    case missing(path: String)
    /// The file cannot be created or opened: `reason` is the system's.
    case cannotOpen(path: String, reason: String)
    /// The file is no SQLite database, or a database of another program.
    case notAStore(path: String, found: String, expected: String = "a Lightbox store")
    /// The file is a damaged SQLite database.
    case corrupt(path: String, reason: String)
    /// The schema is not the one that Lightbox makes: `difference` is the first of `count`.
    case foreignSchema(path: String, difference: String, count: Int)
    /// A cell is of a type that its column cannot hold: the file is damaged, or foreign.
    case wrongCell(path: String, place: String, found: String, expected: String)
    /// Reading was stopped after `seconds`.
    case tooSlow(path: String, seconds: Int)
    /// The file or its folder may not be written.
    case readOnly(path: String)
    /// The file has other names: hard links, which would each get a log of their own.
    case hardLinked(path: String, names: Int)
    /// The disk is full.
    case diskFull(path: String)
    /// The file was deleted, replaced or emptied while it was in use.
    case displaced(path: String, found: String)
    /// A later Lightbox wrote the store.
    case newerSchema(path: String, found: Int, known: Int)
    /// Other processes kept the store locked for `seconds`.
    case busy(path: String, seconds: Int)
    /// `kind` (run, experiment, data set, image) has no `name`; `nearest` may be what was meant.
    case unknown(kind: String, name: String, nearest: String?)
    /// The caller no longer owns the run: its lease expired and another worker took it.
    case leaseLost(run: RunID, owner: String?)
    /// A value that the store does not take.
    case invalid(what: String, found: String, expected: String)
    /// A query that cannot run.
    case query(QueryProblem)
    /// SQLite refused a statement of the store's own.
    case database(path: String, code: Int, reason: String)

    /// One sentence: what, where, what was found, what was expected.
    public var description: String {
        switch self {
        case .missing(let path):
            "no store at '\(path)'; a sweep makes one, or name another with --store"
        case .cannotOpen(let path, let reason):
            "cannot open the store '\(path)': \(reason)"
        case .notAStore(let path, let found, let expected):
            "'\(path)' is \(found); expected \(expected)"
        case .corrupt(let path, let reason):
            "the store '\(path)' is damaged (\(reason)); restore a backup, or recover what is "
                + "left with 'sqlite3 \(path) .recover'"
        case .foreignSchema(let path, let difference, let count):
            "the store '\(path)' is not as Lightbox made it: \(difference)"
                + (count > 1 ? ", and \(count - 1) more (lightbox check lists them)" : "")
        case .wrongCell(let path, let place, let found, let expected):
            "the store '\(path)' is damaged: \(place) is \(found); expected \(expected)"
        case .tooSlow(let path, let seconds):
            "reading the store '\(path)' was stopped after \(seconds) s"
        case .readOnly(let path):
            "the store '\(path)' or its folder is read-only; expected write permission"
        case .hardLinked(let path, let names):
            "the store '\(path)' has \(names) names (hard links), and what is written under one damages "
                + "the others; expected 1: copy it and remove this name ('find / -samefile' finds the "
                + "others)"
        case .diskFull(let path):
            "the disk of the store '\(path)' is full; what was committed is kept"
        case .displaced(let path, let found):
            "the store '\(path)' \(found) while it was in use, so nothing more can be recorded; put "
                + "it back, or begin again"
        case .newerSchema(let path, let found, let known):
            "the store '\(path)' has schema \(found), written by a newer Lightbox; this one reads "
                + "up to schema \(known)"
        case .busy(let path, let seconds):
            "other processes kept the store '\(path)' busy for \(seconds) s"
        case .unknown(let kind, let name, let nearest):
            "unknown \(kind) '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .leaseLost(let run, let owner):
            "run \(run) is no longer this worker's: "
                + (owner.map { "worker \($0) took it over" } ?? "its lease ended")
        case .invalid(let what, let found, let expected):
            "\(what) is \(found); expected \(expected)"
        case .query(let problem): problem.description
        case .database(let path, let code, let reason):
            "the store '\(path)' failed: \(reason) (SQLite code \(code))"
        }
    }
}
