import Datasets
import Foundation

/// A folder that is removed with the value that holds it.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("lightbox-datasets-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var root: DataRoot { DataRoot(url) }

    /// Writes phantoms below the folder.
    func write(
        _ layout: PhantomLayout, count: Int, side: Int = 64, seed: UInt64 = 3
    ) throws {
        let options = PhantomOptions(count: count, size: .square(side), seed: seed)
        _ = try PhantomWriter(layout: layout, options: options).write(to: url)
    }

    func remove(_ path: String) throws {
        try FileManager.default.removeItem(at: url.appendingPathComponent(path))
    }
}
