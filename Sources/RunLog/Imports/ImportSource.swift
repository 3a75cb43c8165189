public import RunStore

/// Runs of another tool, one after the other.
public protocol ImportSource {
    /// What the source is, such as `mlflow`.
    var kind: String { get }
    /// Hands out each run.
    ///
    /// - Parameters:
    ///   - report: takes what has no place in the store.
    ///   - body: takes each run; what it throws ends the reading.
    func forEach(_ report: inout ImportReport, _ body: (ImportedRun) throws -> Void) throws
}

/// What an import took, and what it could not take.
public struct ImportReport: Sendable, Equatable {
    /// Runs that were new, that had something new, that were known, and that somebody logs to.
    public var added = 0, extended = 0, known = 0, atWork = 0
    /// Values of runs that were new or had something new.
    public var points = 0
    /// What was not taken, in words with its number, in the order in which it was met.
    public private(set) var leftOut: [String] = []
    /// Runs that could not be taken, a sentence each; the others were.
    public private(set) var refused: [String] = []
    private var counts: [(words: String, count: Int)] = []

    /// Nothing yet.
    public init() {}

    /// Says that so many things of a kind were not taken: `value below step 0`, of which the first word
    /// gets an s for several.
    public mutating func leave(_ count: Int, _ words: String) {
        guard count > 0 else { return }
        if let index = counts.firstIndex(where: { $0.words == words }) {
            counts[index].count += count
        } else {
            counts.append((words, count))
        }
        leftOut = sentences + counts.map(Self.text)
    }

    /// The same of several kinds, by their words.
    mutating func leave(_ counts: [String: Int]) {
        for (words, count) in counts.sorted(by: { $0.key < $1.key }) { leave(count, words) }
    }

    /// Says in a sentence of its own what was not taken.
    public mutating func leave(_ sentence: String) {
        sentences.append(sentence)
        leftOut = sentences + counts.map(Self.text)
    }

    private static func text(_ words: String, _ count: Int) -> String {
        let noun = words.prefix { $0 != " " }
        return "\(count) \(noun)\(count == 1 ? "" : "s")\(words.dropFirst(noun.count))"
    }

    /// Says why a run could not be taken.
    public mutating func refuse(_ sentence: String) {
        if !refused.contains(sentence) { refused.append(sentence) }
    }

    /// Calls `body` for one run: a run that is not as it should be is refused, and ends nothing.
    ///
    /// - Throws: what stands for more than this run, such as a full disk.
    mutating func taking(_ body: (inout ImportReport) throws -> Void) throws {
        do {
            try body(&self)
        } catch let error as ImportError {
            refuse(error.description)
        } catch let error as StoreError where error.isOfOneRun {
            refuse(error.description)
        }
    }

    private var sentences: [String] = []

    /// Whether two reports say the same.
    public static func == (a: ImportReport, b: ImportReport) -> Bool {
        (a.added, a.extended, a.known, a.atWork, a.points)
            == (b.added, b.extended, b.known, b.atWork, b.points) && a.leftOut == b.leftOut
            && a.refused == b.refused
    }
}

extension StoreError {
    /// Whether it says that one run, not the whole store, is not as it should be.
    fileprivate var isOfOneRun: Bool {
        switch self {
        case .invalid, .wrongCell: true
        default: false
        }
    }
}

extension ImportedRun {
    /// Leaves of several values at one place the last.
    ///
    /// - Returns: how many were another value than the one that replaces them.
    fileprivate mutating func keepLatest() -> Int {
        var places: [LoggedPoint.Place: Int] = [:]
        var latest: [LoggedPoint] = []
        var overwritten = 0
        for point in points {
            guard let known = places[point.place] else {
                places[point.place] = latest.count
                latest.append(point)
                continue
            }
            if !point.has(latest[known].value) { overwritten += 1 }
            latest[known] = point
        }
        points = latest
        return overwritten
    }
}

/// Takes the runs of a source into a store; a second time only what is new.
public struct Importer {
    private let store: RunStore
    private let version: String
    /// The experiment that all runs go to; nil leaves them where the source has them.
    public var experiment: String?

    /// An import by a Lightbox of that version.
    public init(into store: RunStore, version: String, experiment: String? = nil) {
        self.store = store
        self.version = version
        self.experiment = experiment
    }

    /// Takes every run, each in a transaction of its own; one that cannot be taken is in the report's
    /// `refused`.
    ///
    /// - Throws: `StoreError`, `ImportError`; what was taken before stays.
    public func take(_ source: some ImportSource) throws -> ImportReport {
        var report = ImportReport()
        var runs: [String: [RunID]] = [:]
        var taken = ImportReport()
        var overwritten = 0
        if let experiment { try store.requireLoggable(experiment) }
        try source.forEach(&report) { imported in
            try taken.taking { taken in
                var imported = imported
                imported.run.experiment = experiment ?? imported.run.experiment
                overwritten += imported.keepLatest()
                guard let outcome = try record(imported, &taken) else { return }
                if let name = imported.run.experiment {
                    runs[name, default: []].append(outcome.run)
                }
            }
        }
        for (name, numbers) in runs.sorted(by: { $0.key < $1.key }) {
            try store.assign(numbers, toLogged: name)
        }
        report.leave(overwritten, MLflowImport.overwritten)
        report.added = taken.added
        report.extended = taken.extended
        report.known = taken.known
        report.atWork = taken.atWork
        report.points = taken.points
        for sentence in taken.refused { report.refuse(sentence) }
        return report
    }

    /// Takes one run; nil for one that is a cell of this store.
    private func record(
        _ imported: ImportedRun, _ taken: inout ImportReport
    ) throws -> ImportOutcome? {
        if let name = imported.run.experiment, name != experiment {
            try store.requireLoggable(name)
        }
        // What Lightbox exported itself, and what is here still, is known.
        if let digest = imported.run.tags["lightbox.digest"], try store.hasRun(digest: digest) {
            taken.known += 1
            return nil
        }
        let outcome = try store.record(imported, version: version)
        switch outcome {
        case .added:
            taken.added += 1
            taken.points += imported.points.count
        case .extended(_, let points):
            taken.extended += 1
            taken.points += points
        case .known: taken.known += 1
        case .atWork: taken.atWork += 1
        }
        return outcome
    }
}

/// Why a file of another tool cannot be read.
public enum ImportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is none.
    case missing(path: String, expected: String)
    /// It is not what it should be.
    case bad(path: String, place: String?, found: String, expected: String)

    /// One sentence.
    public var description: String {
        switch self {
        case .missing(let path, let expected): "'\(path)' is not there; expected \(expected)"
        case .bad(let path, let place, let found, let expected):
            "'\(path)'\(place.map { ", \($0)" } ?? ""): found \(found); expected \(expected)"
        }
    }

    /// Whether nothing is there to read.
    public var isMissing: Bool { if case .missing = self { true } else { false } }
}
