public import Foundation
public import RunStore

/// Runs of TensorBoard: every folder with event files is one.
public struct TensorBoardImport: ImportSource {
    /// What the source is.
    public let kind = "tensorboard"
    private let root: URL

    /// The folder that `tensorboard --logdir` is given.
    public init(_ root: URL) { self.root = root }

    /// Hands out a run for each folder.
    ///
    /// TensorBoard does not know how a run ended: all are completed.
    ///
    /// - Throws: `ImportError`.
    public func forEach(
        _ report: inout ImportReport, _ body: (ImportedRun) throws -> Void
    ) throws {
        let folders = try eventFiles()
        guard !folders.isEmpty else {
            throw ImportError.bad(
                path: root.path, place: nil, found: "no file named like events.out.tfevents.…",
                expected: "a folder of TensorBoard")
        }
        for (folder, files) in folders.sorted(by: { $0.key < $1.key }) {
            var events = EventCurves()
            for file in files {
                try events.read(root.appendingPathComponent(folder).appendingPathComponent(file))
            }
            report.leave(events.leftOut)
            for sentence in events.problems { report.leave(sentence) }
            // The folder's own name and that of its first file stay where the folder is moved.
            let own = folder.isEmpty ? root.standardizedFileURL.lastPathComponent : folder
            let last = own.split(separator: "/").last.map(String.init) ?? own
            try body(
                ImportedRun(
                    run: LoggedRun(
                        source: kind, id: "\(last)/\(files.first ?? "")",
                        experiment: root.standardizedFileURL.lastPathComponent, name: own,
                        parameters: events.parameters),
                    state: .completed, started: events.first, finished: events.last,
                    points: events.points))
        }
    }

    /// The names of event files by their folders, from the root.
    private func eventFiles() throws -> [String: [String]] {
        guard try SourceFile.isFolder(root, expected: "a folder of event files") else {
            throw ImportError.missing(path: root.path, expected: "a folder of event files")
        }
        let paths = SourceFile.below(root) { $0.contains("tfevents") }
            .map { $0.split(separator: "/") }
        return Dictionary(grouping: paths) { $0.dropLast().joined(separator: "/") }
            .mapValues { $0.map { String($0[$0.count - 1]) }.sorted() }
    }
}
