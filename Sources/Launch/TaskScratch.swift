import Foundation

/// A task's folder on local disk; goes away at the task's end.
struct TaskScratch {
    let url: URL

    /// A new folder; removes those of the same task whose process is dead.
    init(below folder: URL, name: String) throws {
        let start = "lightbox-\(getuid())-\(name)-"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for old in names where old.hasPrefix(start) {
            guard let process = Int32(old.dropFirst(start.count)), process != getpid(),
                kill(process, 0) != 0, errno == ESRCH
            else { continue }
            try? FileManager.default.removeItem(at: folder.appendingPathComponent(old))
        }
        url = folder.appendingPathComponent("\(start)\(getpid())")
        try NetworkFile.makeFolder(url)
    }

    func remove() { try? FileManager.default.removeItem(at: url) }
}
