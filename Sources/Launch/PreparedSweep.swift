import Datasets
import Files
import Foundation
import RunStore
import Runner
import Specification
import Wording

/// A sweep cut into tasks, for launchers that hand it over.
struct PreparedSweep {
    /// Which task trains what.
    let manifest: SweepManifest
    /// The folder; in a dry run the name that it would have.
    let folder: SweepFolder

    /// Cuts the open cells into tasks.
    ///
    /// Makes the sweep's folder with its manifest unless it is a dry run.
    ///
    /// - Returns: nil where there is nothing to train.
    init?(
        _ open: OpenCells, of request: LaunchRequest, launcher: any Launcher, isDryRun: Bool
    ) throws {
        guard !open.items.isEmpty else { return nil }
        let limit = request.options.time.flatMap(SlurmTime.seconds)
        let pack =
            request.options.pack
            ?? PackEstimate.cells(seconds: open.estimatedSeconds(), limit: limit)
        let spec = request.spec
        manifest = SweepManifest(
            experiment: SweepManifest.Experiment(
                name: spec.name, description: spec.description, report: spec.report ?? ""),
            launcher: launcher.name, store: Self.absolute(request.store),
            data: Self.absolute(request.data.url), program: Self.absolute(request.program),
            cpus: request.options.cpus ?? 1, jobs: request.jobs, threads: request.threads,
            limit: limit, requeues: request.options.requeues ?? LaunchOptions.defaultRequeues,
            revision: GitRevision.of(spec),
            created: Date().timeIntervalSince1970.rounded(),
            tasks: Self.packed(open.items, pack))
        if isDryRun {
            folder = SweepFolder(
                request.store.deletingLastPathComponent().appendingPathComponent(
                    "sweeps/\(FileName.encoded(spec.name))-N"))
            return
        }
        folder = try SweepFolder.make(beside: request.store, experiment: spec.name)
        let source = (try? Data(contentsOf: URL(fileURLWithPath: spec.path))) ?? Data()
        try NetworkFile.write(source, to: folder.experiment)
        try folder.write(manifest)
        try reopenFailed(request)
    }

    /// Groups of `size` cells in the given order, in which cells of one data set are neighbours.
    static func packed(_ items: [SweepManifest.Item], _ size: Int) -> [[SweepManifest.Item]] {
        stride(from: 0, to: items.count, by: size).map {
            Array(items[$0..<min($0 + size, items.count)])
        }
    }

    private static func absolute(_ url: URL) -> String { url.standardizedFileURL.path }

    private func reopenFailed(_ request: LaunchRequest) throws {
        guard request.retriesFailed else { return }
        let store = try RunStore(at: request.store)
        defer { try? store.close() }
        let reason = "launched as sweep \(folder.name)"
        try store.reopen(
            Dictionary(uniqueKeysWithValues: manifest.items.map { ($0.digest, reason) }))
    }

    /// "12 cells in 4 tasks".
    var size: String {
        let cells = manifest.items.count
        let tasks = manifest.tasks.count
        return Plural.count(cells, "cell") + " in " + Plural.count(tasks, "task")
    }
}
