internal import Foundation
internal import Synchronization

/// A folder for a store's copy, which goes away with its last user, or with the process.
final class TemporaryCopy: Sendable {
    /// The copy.
    let path: String
    private let folder: URL

    private static let folders = Mutex<Set<URL>?>(nil)

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("lightbox-copy-\(UUID().uuidString)")
        path = folder.appendingPathComponent("store.db").path
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw StoreError.cannotOpen(
                path: folder.path, reason: "a copy cannot be made in the folder of temporary files")
        }
        Self.folders.withLock { folders in
            if folders == nil { atexit { TemporaryCopy.removeAll() } }
            folders = (folders ?? []).union([folder])
        }
    }

    deinit { Self.remove(folder) }

    private static func remove(_ folder: URL) {
        try? FileManager.default.removeItem(at: folder)
        folders.withLock { _ = $0?.remove(folder) }
    }

    private static func removeAll() {
        for folder in folders.withLock({ $0 ?? [] }) { remove(folder) }
    }
}
