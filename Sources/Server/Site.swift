public import Domain
internal import Files
public import Foundation
public import Reports
public import RunStore

/// The pages over one store: reads it, never writes it.
public final class Site: Sendable {
    /// Loads images and lets weights of runs segment them.
    public typealias Pictures =
        @Sendable (_ run: RunID, _ images: [String], _ weights: WeightsKind) throws
        -> [String: OverlayPicture]

    /// Where the masks of a run's pictures come from, and what they show, in the order of the colours.
    public enum MaskOrigin: Sendable, Equatable {
        /// The run kept them when it was trained.
        case kept(structures: [String])
        /// They are made from its weights; `instead` says why those that it kept are not used.
        case weights(structures: [String], instead: String?)
        /// There are none, and why.
        case unavailable(reason: String)

        /// What the masks show; nil where there are none.
        var structures: [String]? {
            switch self {
            case .kept(let structures), .weights(let structures, _): structures
            case .unavailable: nil
            }
        }

        /// Where they come from, behind "The masks are", or why there are none.
        var sentence: String {
            switch self {
            case .kept: "those that the run kept when it was trained"
            case .weights(_, nil): "made from the run's weights"
            case .weights(_, let refusal?):
                "made from the run's weights, for those that it kept are not used: \(refusal)"
            case .unavailable(let reason): reason
            }
        }
    }

    /// Where the masks of a run's pictures come from; without the data sets there are none.
    func maskOrigin(of run: RunID, weights: WeightsKind) -> MaskOrigin {
        guard parts.pictures != nil else {
            return .unavailable(reason: "start lightbox serve with --data FOLDER")
        }
        return parts.masks?(run, weights) ?? .weights(structures: [], instead: nil)
    }

    /// What the pages need besides the store.
    public struct Parts: Sendable {
        /// The printed names of reports.
        public var vocabulary: ReportVocabulary
        /// Defaults of the settings as text, by name.
        public var defaults: [String: String]
        /// The cells of an experiment's file that have no run, each by an axis' name.
        public var cellsWithoutRun: @Sendable (PlannedExperiment) -> [CellWithoutRun]
        /// Where images with their masks come from; nil where the data sets are not at hand.
        public var pictures: Pictures?
        /// Where the masks of a run's pictures come from.
        public var masks: (@Sendable (_ run: RunID, _ weights: WeightsKind) -> MaskOrigin)?
        /// Seconds that a question in SQL may take.
        public var questionSeconds = 10.0

        /// Names the parts.
        public init(
            vocabulary: ReportVocabulary, defaults: [String: String],
            cellsWithoutRun: @escaping @Sendable (PlannedExperiment) -> [CellWithoutRun],
            pictures: Pictures?
        ) {
            self.vocabulary = vocabulary
            self.defaults = defaults
            self.cellsWithoutRun = cellsWithoutRun
            self.pictures = pictures
        }
    }

    let parts: Parts
    /// Name of the store's file.
    let name: String
    private let url: URL
    private let reader: Reader
    private let asker: Reader

    /// Pages over the store at `url`.
    ///
    /// - Throws: `StoreError` where it cannot be read.
    public init(store url: URL, parts: Parts) throws {
        self.url = url
        self.parts = parts
        name = url.lastPathComponent
        reader = try Reader(url)
        asker = Reader(later: url)
    }

    /// The store for pages.
    func store() throws -> RunStore { try reader.store() }

    /// A connection of its own for questions that may take long.
    func storeForQuestions() throws -> RunStore { try asker.store() }

    /// Whether, and how often, the store changed: another value after every change.
    func changeMark() throws -> String {
        let store = try store()
        return try "\(reader.times) \(store.changeMark())"
    }

    /// A store that is opened again where its file was exchanged, or brought up to date by another
    /// process, meanwhile.
    private final class Reader: Sendable {
        private let url: URL
        private let lock = NSLock()
        nonisolated(unsafe) private var open: RunStore?
        nonisolated(unsafe) private var sign = ""
        nonisolated(unsafe) private var count = 0

        init(_ url: URL) throws {
            self.url = url
            _ = try store()
        }

        init(later url: URL) { self.url = url }

        /// How often the store was opened.
        var times: Int { lock.withLock { count } }

        func store() throws -> RunStore {
            try lock.withLock {
                if let open, Self.sign(of: open) == sign { return open }
                let made = try RunStore(at: url, mode: .readOnly)
                (open, sign) = (made, Self.sign(of: made))
                count += 1
                return made
            }
        }

        /// What another file has otherwise; of a store that is read from a copy, what a change has
        /// otherwise.
        private static func sign(of store: RunStore) -> String {
            ["", store.isOlder ? "-wal" : nil].compactMap { suffix -> String? in
                guard let suffix else { return nil }
                var status = stat()
                guard stat(store.url.path + suffix, &status) == 0 else { return "none" }
                let file = "\(status.st_dev) \(status.st_ino)"
                guard store.isOlder else { return file }
                let time = status.modified
                return "\(file) \(status.st_size) \(time.tv_sec) \(time.tv_nsec)"
            }.joined(separator: ", ")
        }
    }
}
