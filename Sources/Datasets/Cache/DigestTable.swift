import Files
import Foundation
import Hashing
import Imaging

/// Digests of files seen before, so that an unchanged file is not read again to know its content.
///
/// One line a file: digest, size, inode, times, path. Lines are only ever appended, whole, and
/// the last one about a path counts.
struct DigestTable: Sendable {
    private let cache: DatasetCache
    private var entries: [String: (stamp: FileStamp, digest: String)] = [:]

    /// Above this many bytes the table starts anew.
    private static let limit = 32 << 20

    init(_ cache: DatasetCache) {
        self.cache = cache
        guard let data = try? Data(contentsOf: cache.digests), data.count <= Self.limit else {
            return
        }
        for line in data.split(separator: UInt8(ascii: "\n")) {
            let columns = line.split(
                separator: UInt8(ascii: "\t"), maxSplits: 5, omittingEmptySubsequences: false
            ).map { String(decoding: $0, as: UTF8.self) }
            guard
                columns.count == 6, columns[0].count == 64, let size = Int(columns[1]),
                let inode = UInt64(columns[2]), let modified = Int(columns[3]),
                let changed = Int(columns[4])
            else { continue }
            let stamp = FileStamp(size: size, inode: inode, modified: modified, changed: changed)
            entries[columns[5]] = (stamp, columns[0])
        }
    }

    /// The digest of an unchanged file, nil when it is new or changed.
    func digest(of url: URL) -> String? {
        guard let entry = entries[url.path], FileStamp(of: url) == entry.stamp else { return nil }
        return entry.digest
    }

    /// Remembers digests; `stamp` must be from before the file was read.
    func append(_ news: [(url: URL, stamp: FileStamp, digest: String)]) {
        var text = ""
        for entry in news where !entry.url.path.contains(where: \.isNewline) {
            let stamp = entry.stamp
            text +=
                "\(entry.digest)\t\(stamp.size)\t\(stamp.inode)\t\(stamp.modified)\t"
                + "\(stamp.changed)\t\(entry.url.path)\n"
        }
        guard !text.isEmpty, cache.prepare(), !DatabaseFile.isStore(cache.digests.path) else {
            return
        }
        let size = FileStamp(of: cache.digests)?.size ?? 0
        let fresh = size + text.utf8.count > Self.limit ? O_TRUNC : 0
        let descriptor = open(
            cache.digests.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | fresh,
            0o644)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        _ = write(descriptor, bytes, bytes.count)
    }
}
