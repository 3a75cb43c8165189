internal import Foundation
public import Reports
public import RunStore

/// The pages over one store: reads it, never writes it.
public final class Site: Sendable {
    /// What the pages need besides the store.
    public struct Parts: Sendable {
        /// The printed names of reports.
        public var vocabulary: ReportVocabulary
        /// Defaults of the settings as text, by name.
        public var defaults: [String: String]
        /// The cells of an experiment's file that have no run, each by an axis' name.
        public var cellsWithoutRun: @Sendable (PlannedExperiment) -> [CellWithoutRun]
        /// Where images with their masks come from; nil where the data sets are not at hand.
        public var pictures: PictureProvider?

        /// Names the parts.
        public init(
            vocabulary: ReportVocabulary, defaults: [String: String],
            cellsWithoutRun: @escaping @Sendable (PlannedExperiment) -> [CellWithoutRun],
            pictures: PictureProvider?
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

    /// A store that is opened again where its file was exchanged, or brought up to date by a newer
    /// program, meanwhile.
    private final class Reader: Sendable {
        private let url: URL
        private let lock = NSLock()
        nonisolated(unsafe) private var open: RunStore?

        init(_ url: URL) throws {
            self.url = url
            open = try RunStore(at: url, mode: .readOnly)
        }

        init(later url: URL) { self.url = url }

        func store() throws -> RunStore {
            try lock.withLock {
                if let open, (try? open.changeMark()) != nil { return open }
                let made = try RunStore(at: url, mode: .readOnly)
                open = made
                return made
            }
        }
    }
}
