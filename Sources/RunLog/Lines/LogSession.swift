internal import Foundation
public import RunStore

/// Writes the lines of one program into a run of the store.
///
/// The run is there from the first line that is understood. A line that is refused changes nothing and
/// ends nothing; what came before it is in the store, and what comes after is written too.
public final class LogSession {
    /// A line that was refused.
    public struct Refusal: Sendable, Hashable {
        /// Number of the line, from 1.
        public let line: Int
        /// Why, one clause.
        public let reason: String
    }

    /// The run; nil before it has begun.
    public var run: RunID? { lease?.run }
    /// The lease of the run, for those who renew it.
    public private(set) var lease: RunLease?
    /// How the run ended; nil where nothing said so.
    public private(set) var status: LogLine.Status?
    /// Lines and points so far.
    public private(set) var lines = 0, points = 0
    /// How many lines were refused, and the first of them.
    public private(set) var refused = 0, refusals: [Refusal] = []

    /// Refusals that are kept.
    private static let mostKept = 20

    private let store: RunStore
    private let version: String
    private let began = Date()
    private var splitter = LineSplitter()

    /// A session of a Lightbox of that version.
    public init(_ store: RunStore, version: String) {
        self.store = store
        self.version = version
    }

    /// Takes bytes as they come; what whole lines say is in the store when the call returns.
    ///
    /// - Returns: lines that were refused among them.
    /// - Throws: `StoreError`; `invalid` where the run of that id has ended or is logged by somebody
    ///   else, and where the experiment's runs are cells.
    public func add(_ bytes: some Sequence<UInt8>) throws -> [Refusal] {
        try write(splitter.lines(adding: bytes))
    }

    /// Ends the session: a run whose end no line told is interrupted.
    ///
    /// - Returns: the last line, where it was refused.
    /// - Throws: `StoreError`.
    public func end() throws -> [Refusal] {
        let refusals = try splitter.last().map { try write([$0]) } ?? []
        if status == nil, let lease {
            try tellRefusals(lease)
            try lease.interrupt("its program ended without a status")
            status = .interrupted
        }
        return refusals
    }

    /// Leaves the run after an error of the store: it is interrupted, if the store takes that much.
    public func abandon() {
        guard status == nil, let lease else { return }
        try? lease.interrupt("its lines could not be written any more")
        status = .interrupted
    }

    // MARK: Lines

    private func write(_ lines: [LineSplitter.Line]) throws -> [Refusal] {
        var told: [Refusal] = []
        var waiting: [LoggedPoint] = []
        func flush() throws {
            guard !waiting.isEmpty, let lease else { return }
            try lease.log(waiting)
            points += waiting.count
            waiting = []
        }
        for line in lines {
            self.lines += 1
            do {
                guard let line = try Self.read(line) else { continue }
                try refuseOutOfPlace(line)
                if lease == nil { try begin(line) }
                waiting += line.points
                if line.hasMore {
                    try flush()
                    try tell(line)
                }
            } catch let error as LogLineError {
                told.append(refuse(error))
            }
        }
        try flush()
        return told
    }

    private static func read(_ line: LineSplitter.Line) throws(LogLineError) -> LogLine? {
        switch line {
        case .long(let count): throw LogLineError.long(count)
        case .whole(let bytes):
            let isBlank = bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            return isBlank ? nil : try LogLine(bytes)
        }
    }

    private func refuse(_ error: LogLineError) -> Refusal {
        let refusal = Refusal(line: lines, reason: error.description)
        refused += 1
        if refusals.count < Self.mostKept { refusals.append(refusal) }
        return refusal
    }

    private func refuseOutOfPlace(_ line: LogLine) throws(LogLineError) {
        if status != nil { throw LogLineError("the run has ended with a line before") }
        guard line.start != nil, lease != nil else { return }
        throw LogLineError("the run has begun already; a log holds one run")
    }

    private func begin(_ line: LogLine) throws {
        let start = line.start ?? LogLine.Start()
        lease = try store.begin(
            LoggedRun(
                source: "log", id: start.id ?? UUID().uuidString.lowercased(),
                experiment: start.experiment, name: start.name, parameters: line.parameters,
                tags: line.tags, objective: start.objective, gitRevision: start.revision),
            for: Worker(), version: version)
    }

    /// Writes what a line says besides points.
    private func tell(_ line: LogLine) throws {
        guard let lease else { return }
        if line.start == nil, !line.parameters.isEmpty || !line.tags.isEmpty {
            try lease.describe(
                LoggedRun(source: "log", id: "", parameters: line.parameters, tags: line.tags))
        }
        if let note = line.note { try lease.note(note, at: line.time ?? Date()) }
        guard let status = line.status else { return }
        try tellRefusals(lease)
        switch status {
        case .completed:
            try lease.finish(RunSummary(seconds: max(0, Date().timeIntervalSince(began))))
        case .failed: try lease.fail(line.error ?? "its program said that it failed")
        case .interrupted: try lease.interrupt(line.error ?? "its program said so")
        }
        self.status = status
    }

    private func tellRefusals(_ lease: RunLease) throws {
        guard let first = refusals.first else { return }
        try lease.record(
            EventRecord(
                level: .warning,
                message: "\(refused) of its lines were refused, first line \(first.line): "
                    + first.reason))
    }
}

extension LogLine {
    /// Whether it says more than points.
    fileprivate var hasMore: Bool {
        !parameters.isEmpty || !tags.isEmpty || note != nil || status != nil
    }
}
