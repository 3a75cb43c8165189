public import Datasets
import Domain
import Foundation
public import Specification
import Training

/// The data sets of a process, each loaded once for each size and scaling.
///
/// Also remembers what could not be loaded, so that a thousand cells of a broken data set cost one
/// attempt. Calls may come from any thread.
public final class DatasetShelf: @unchecked Sendable {
    private struct Key: Hashable {
        let name: String
        let preparation: ImagePreparation
        let structures: [String]
        let exclusive: Bool
        let unmasked: LoadOptions.UnmaskedImages
        var needsMasks = true
    }

    /// Called from any thread with the data set's name, the images decoded and their number.
    public typealias Progress = @Sendable (_ dataset: String, _ done: Int, _ total: Int) -> Void

    private let entries: [DatasetEntry]
    /// Where the data sets lie.
    package let root: DataRoot
    private let lock = NSLock()
    private var progress: Progress?
    private var loaded: [Key: Result<Dataset, any Error>] = [:]
    /// A data set with others behind it, by all of their keys.
    private var joined: [[Key]: Result<Dataset, any Error>] = [:]
    private var fingerprints: [Key: Result<String, any Error>] = [:]

    /// Data sets of `entries` below `root`.
    public init(entries: [DatasetEntry] = DatasetRegistry.all, root: DataRoot) {
        self.entries = entries
        self.root = root
    }

    /// Has `progress` told from now on of every data set that has to be decoded.
    public func report(to progress: @escaping Progress) {
        lock.withLock { self.progress = progress }
    }

    /// The data set of the cell.
    ///
    /// - Throws: what the reader threw, at every call again.
    public func dataset(for cell: Cell) throws -> Dataset {
        try lock.withLock { try dataset(key(of: cell)) }
    }

    /// The other data sets whose images the cell trains on without labels, by name, prepared as its
    /// own. Images without a mask are among them.
    ///
    /// - Throws: what the readers threw, at every call again.
    public func unlabelled(for cell: Cell) throws -> [Dataset] {
        try lock.withLock { try unlabelledKeys(of: cell).map(dataset) }
    }

    /// The data set of the cell with the images of these behind its own, without their labels.
    ///
    /// - Throws: what the readers threw, and `DatasetError.unlabelled`, at every call again.
    public func training(for cell: Cell) throws -> Dataset {
        let keys = [key(of: cell)] + unlabelledKeys(of: cell)
        return try lock.withLock {
            if keys.count == 1 { return try dataset(keys[0]) }
            if let known = joined[keys] { return try known.get() }
            let result = Result {
                try dataset(keys[0]).joined(with: keys.dropFirst().map(dataset)) as Dataset
            }
            joined[keys] = result
            return try result.get()
        }
    }

    /// The fingerprints of the cell's data. Where files are new or changed, the images are decoded
    /// into the cache on the way, so that workers find them there.
    ///
    /// - Throws: what the readers threw, at every call again.
    public func fingerprint(for cell: Cell) throws -> DataFingerprint {
        let keys = unlabelledKeys(of: cell)
        return try lock.withLock {
            DataFingerprint(
                try fingerprint(key(of: cell)),
                unlabelled: try Dictionary(
                    uniqueKeysWithValues: keys.map { ($0.name, try fingerprint($0)) }))
        }
    }

    /// The fingerprint of the cell's own data set.
    ///
    /// - Throws: what the reader threw, at every call again.
    package func ownFingerprint(for cell: Cell) throws -> String {
        try lock.withLock { try fingerprint(key(of: cell)) }
    }

    /// The fingerprints of what was loaded, which is what is trained on.
    ///
    /// - Throws: what the readers threw, at every call again.
    package func loadedFingerprint(for cell: Cell) throws -> DataFingerprint {
        DataFingerprint(
            try dataset(for: cell).fingerprint,
            unlabelled: try Dictionary(
                uniqueKeysWithValues: zip(cell.unlabelledDatasets, unlabelled(for: cell)).map {
                    ($0, $1.fingerprint)
                }))
    }

    // The lock is held.

    private func dataset(_ key: Key) throws -> Dataset {
        if let known = loaded[key] { return try known.get() }
        let result = Result { try entry(named: key.name).load(root, options(key)) as Dataset }
        loaded[key] = result
        return try result.get()
    }

    private func fingerprint(_ key: Key) throws -> String {
        if let known = fingerprints[key] { return try known.get() }
        let result = Result {
            try entry(named: key.name).fingerprint(root, options(key)) as String
        }
        fingerprints[key] = result
        return try result.get()
    }

    /// The paths of the files of each image's masks, by the image's id; empty for data sets made in
    /// memory.
    ///
    /// - Throws: what the reader threw.
    package func maskFiles(for cell: Cell) throws -> [String: [String]] {
        let key = key(of: cell)
        return try entry(named: key.name).maskFiles(root, options(key))
    }

    /// Forgets the images, not the fingerprints; what is asked for again is loaded again.
    package func empty() { lock.withLock { (loaded, joined) = ([:], [:]) } }

    /// The entry of a data set's name.
    ///
    /// - Throws: `CellError.unknown`.
    package func entry(named name: String) throws -> DatasetEntry {
        if let entry = entries.first(where: { $0.name == name }) { return entry }
        if name.hasPrefix("folder:"), let own = DatasetRegistry.find(name) { return own }
        throw CellError.unknown(kind: "data set", name: name, known: entries.map(\.name))
    }

    private func key(of cell: Cell) -> Key {
        // A cell that segments nothing has the files of the default, whatever its file names.
        let used = cell.used.settings[CommonSettings.self]
        return Key(
            name: cell.dataset, preparation: used.preparation,
            structures: used.structures, exclusive: used.exclusive, unmasked: used.unmasked)
    }

    /// The keys of the other data sets: their masks are those of the data set, whatever structures the
    /// cell trains, since none of them is read.
    private func unlabelledKeys(of cell: Cell) -> [Key] {
        cell.unlabelledDatasets.map { name in
            Key(
                name: name, preparation: cell.settings.preparation,
                structures: [], exclusive: false, unmasked: .include, needsMasks: false)
        }
    }

    private func options(_ key: Key) -> LoadOptions {
        var options = LoadOptions(structures: key.structures, unmasked: key.unmasked)
        options.preparation = key.preparation
        options.exclusive = key.exclusive
        options.needsMasks = key.needsMasks
        if let progress {
            options.progress = { done, total in progress(key.name, done, total) }
        }
        return options
    }
}
