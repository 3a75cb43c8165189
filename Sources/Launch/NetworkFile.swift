import Files
import Foundation
import Wording

/// Files on a file system that other machines see: each takes its name only when it is whole.
enum NetworkFile {
    /// Makes a folder and those above it; one that exists is fine.
    static func makeFolder(_ url: URL) throws {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw LaunchError.unwritable(path: url.path, reason: Sentence.of(error))
        }
    }

    /// Writes `data` under the name of `url`, over what was there.
    static func write(_ data: Data, to url: URL) throws {
        do {
            let file = try OutputFile(url.path)
            try file.write(data)
            try file.commit()
        } catch OutputError.failed(let path, let reason) {
            throw LaunchError.unwritable(path: path, reason: reason)
        }
    }

    /// Copies a file beside `target`, under a name that `arrive` changes to the target's.
    static func copy(_ source: URL, near target: URL) throws -> URL {
        let draft = draft(of: target)
        do {
            try FileManager.default.copyItem(at: source, to: draft)
        } catch {
            unlink(draft.path)
            throw LaunchError.unwritable(path: target.path, reason: Sentence.of(error))
        }
        return draft
    }

    /// Brings a draft to the disk and gives it its name.
    static func arrive(_ draft: URL, as target: URL) throws {
        var isWhole = false
        let descriptor = open(draft.path, O_RDWR | O_CLOEXEC)
        if descriptor >= 0 {
            isWhole = fsync(descriptor) == 0
            isWhole = close(descriptor) == 0 && isWhole
        }
        guard isWhole, rename(draft.path, target.path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(draft.path)
            throw LaunchError.unwritable(path: target.path, reason: reason)
        }
    }

    /// Removes the drafts of `target` that a killed process left.
    static func removeDrafts(of target: URL) {
        let folder = target.deletingLastPathComponent()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let start = ".\(target.lastPathComponent)."
        for name in names where name.hasPrefix(start) && name.hasSuffix(".partial") {
            unlink(folder.appendingPathComponent(name).path)
        }
    }

    private static func draft(of url: URL) -> URL {
        url.deletingLastPathComponent().appendingPathComponent(
            ".\(url.lastPathComponent).\(UUID().uuidString).partial")
    }

    /// What tells a file from the one that had its name before; nil where there is none.
    static func identity(of url: URL) -> [Int]? {
        var status = stat()
        guard stat(url.path, &status) == 0 else { return nil }
        return [
            Int(status.st_ino), Int(status.st_size), status.modified.tv_sec,
            status.modified.tv_nsec,
        ]
    }
}
