import Foundation
import PackagePlugin

/// Has `scripts/code-stamp.sh` write what a program is built from, as Swift.
///
/// An ordinary build command with every source as its input: the build system runs it when one of
/// them changes, and only then. (A prebuild command is skipped while the build plan is cached, and
/// its digest would grow stale.)
@main
struct CodeStampPlugin: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let root = context.package.directoryURL
        let script = root.appending(path: "scripts/code-stamp.sh")
        let output = context.pluginWorkDirectoryURL.appending(path: "CodeStamp+Values.swift")
        return [
            .buildCommand(
                displayName: "Stamping the code", executable: URL(fileURLWithPath: "/bin/sh"),
                arguments: [script.path, root.path, output.path],
                inputFiles: [script, root.appending(path: "Package.swift")]
                    + files(below: root.appending(path: "Sources")) + repository(of: root),
                outputFiles: [output])
        ]
    }

    private func files(below folder: URL) -> [URL] {
        let all = FileManager.default.enumerator(
            at: folder, includingPropertiesForKeys: [.isRegularFileKey])
        return (all?.compactMap { $0 as? URL } ?? []).filter {
            (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true
        }.sorted { $0.path < $1.path }
    }

    /// The files of git that change with the commit: what is checked out, and the log of that, which
    /// grows with each commit.
    private func repository(of root: URL) -> [URL] {
        var folder = root.appending(path: ".git")
        // In a linked worktree `.git` is a file that names the folder.
        if let link = try? String(contentsOf: folder, encoding: .utf8), link.hasPrefix("gitdir: ") {
            let path = link.dropFirst(8).trimmingCharacters(in: .whitespacesAndNewlines)
            folder = URL(fileURLWithPath: path, relativeTo: root)
        }
        return ["HEAD", "logs/HEAD"].map { folder.appending(path: $0) }.filter {
            FileManager.default.fileExists(atPath: $0.path)
        }
    }
}
