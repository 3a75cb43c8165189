public import Datasets
import Foundation
import Training

/// The data sets of a process, each loaded once for each size and scaling.
///
/// Also remembers what could not be loaded, so that a thousand cells of a broken data set cost one
/// attempt. Calls may come from any thread.
public final class DatasetShelf: @unchecked Sendable {
    private struct Key: Hashable {
        let name: String
        let side: Int
        let normalisation: Normalisation
        let unmasked: LoadOptions.UnmaskedImages
    }

    private let entries: [DatasetEntry]
    private let root: DataRoot
    private let lock = NSLock()
    private var loaded: [Key: Result<Dataset, any Error>] = [:]

    /// Data sets of `entries` below `root`.
    public init(entries: [DatasetEntry], root: DataRoot) {
        self.entries = entries
        self.root = root
    }

    /// The data set of the cell.
    ///
    /// - Throws: what the reader threw, at every call again.
    public func dataset(for cell: Cell) throws -> Dataset {
        let key = Key(
            name: cell.dataset, side: cell.settings.image,
            normalisation: cell.settings.normalisation,
            unmasked: cell.settings.unmasked)
        return try lock.withLock {
            if let known = loaded[key] { return try known.get() }
            let result = Result { try load(key) }
            loaded[key] = result
            return try result.get()
        }
    }

    private func load(_ key: Key) throws -> Dataset {
        guard let entry = entries.first(where: { $0.name == key.name }) else {
            throw RunnerError.unknown(
                kind: "data set", name: key.name, known: entries.map(\.name))
        }
        return try entry.load(
            root,
            LoadOptions(
                side: key.side, normalisation: key.normalisation, unmasked: key.unmasked))
    }
}
