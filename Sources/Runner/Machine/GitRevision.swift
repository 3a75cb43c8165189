import Foundation
package import Specification

/// Reads the revision that is checked out, without starting git.
package enum GitRevision {
    /// The revision of the user's own folder: of the one that holds the experiment file, or where
    /// there is no file, of the working folder. The one rule for runs, wherever they are trained.
    package static func of(_ spec: Spec) -> String? {
        let file = URL(fileURLWithPath: spec.path)
        return of(file.deletingLastPathComponent())
    }

    /// The commit of the repository around `folder`, 40 hexadecimal digits, or nil where there is
    /// none.
    static func of(_ folder: URL) -> String? {
        var folder = folder.standardizedFileURL
        while true {
            let git = folder.appendingPathComponent(".git")
            if FileManager.default.fileExists(atPath: git.path) { return revision(git) }
            let parent = folder.deletingLastPathComponent().standardizedFileURL
            if parent.path == folder.path { return nil }
            folder = parent
        }
    }

    private static func revision(_ git: URL) -> String? {
        // In a linked worktree `.git` is a file that names the folder, and branches stand in the
        // common folder.
        var folder = git
        if let link = text(git), link.hasPrefix("gitdir: ") {
            folder = URL(
                fileURLWithPath: String(link.dropFirst("gitdir: ".count)),
                relativeTo: git.deletingLastPathComponent())
        }
        guard let head = text(folder.appendingPathComponent("HEAD")) else { return nil }
        guard head.hasPrefix("ref: ") else { return head }
        let branch = String(head.dropFirst("ref: ".count))
        var common = folder
        if let path = text(folder.appendingPathComponent("commondir")) {
            common = URL(fileURLWithPath: path, relativeTo: folder)
        }
        for place in [folder, common] {
            if let commit = text(place.appendingPathComponent(branch)) { return commit }
        }
        let packed = text(common.appendingPathComponent("packed-refs")) ?? ""
        return packed.split(separator: "\n").first { $0.hasSuffix(" " + branch) }
            .flatMap { $0.split(separator: " ").first.map(String.init) }
    }

    private static func text(_ file: URL) -> String? {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
