public import Foundation
public import RunStore

/// Runs that W&B logged offline or keeps beside its service: the files `run-ID.wandb` below a folder.
public struct WandBImport: ImportSource {
    /// What the source is.
    public let kind = "wandb"
    private let place: URL
    private static let expected = "W&B's folder 'wandb' or a file 'run-ID.wandb' in it"

    /// The folder `wandb`, one of a run in it, or a file.
    public init(_ place: URL) { self.place = place }

    /// Hands out each run once; one that was resumed has several files.
    ///
    /// - Throws: `ImportError`.
    public func forEach(
        _ report: inout ImportReport, _ body: (ImportedRun) throws -> Void
    ) throws {
        let files = try files()
        guard !files.isEmpty else {
            throw ImportError.bad(
                path: place.path, place: nil, found: "no file that ends in .wandb",
                expected: Self.expected)
        }
        for files in try byRun(files, &report) {
            try report.taking { report in
                var run = WandBRun()
                for file in files { try read(file, into: &run, &report) }
                let imported = run.imported()
                report.leave(run.leftOut)
                try body(imported)
            }
        }
    }

    /// The files of each run, by project and ID, in the order in which they were begun.
    private func byRun(_ files: [URL], _ report: inout ImportReport) throws -> [[URL]] {
        var order: [String] = []
        var found: [String: [(file: URL, begun: Date)]] = [:]
        for file in files {
            try report.taking { report in
                var log = try WandBFile(file)
                var run = WandBRun()
                while run.id.isEmpty, let record = log.next() { run.take(record) }
                guard !run.id.isEmpty else {
                    throw ImportError.bad(
                        path: file.path, place: log.damage.map { "byte \($0)" },
                        found: "no record of the run before the file ends or is damaged",
                        expected: "what W&B writes into 'run-ID.wandb'")
                }
                if found[run.identity] == nil { order.append(run.identity) }
                found[run.identity, default: []].append((file, run.started ?? .distantPast))
            }
        }
        return order.compactMap { identity in
            // `files` is sorted already, and so decides where two were begun at once.
            found[identity]?.enumerated()
                .sorted { ($0.element.begun, $0.offset) < ($1.element.begun, $1.offset) }
                .map(\.element.file)
        }
    }

    private func read(
        _ file: URL, into run: inout WandBRun, _ report: inout ImportReport
    ) throws {
        var log = try WandBFile(file)
        while let record = log.next() { run.take(record) }
        if let place = log.damage {
            report.leave("'\(file.path)' from byte \(place) on: it is cut off or damaged there")
        }
    }

    /// The regular files `*.wandb`, sorted by path; links lead to what is there already (`latest-run`).
    private func files() throws -> [URL] {
        guard try SourceFile.isFolder(place, expected: Self.expected) else { return [place] }
        return SourceFile.below(place) { $0.hasSuffix(".wandb") }.map(place.appendingPathComponent)
    }
}
