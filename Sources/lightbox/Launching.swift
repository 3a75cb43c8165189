import Console
import Datasets
import Domain
import Files
import Foundation
import Launch
import RunStore
import Runner
import Specification
import Wording

/// Launches a sweep from the command line: messages, report, exit status.
enum Launching {
    /// What the options ask for.
    static func request(
        spec: Spec, plan: SweepPlan, store: StoreOption, work: WorkOptions,
        options: LaunchOptions = LaunchOptions()
    ) -> LaunchRequest {
        var request = LaunchRequest(
            spec: spec, plan: plan, store: store.url,
            data: DataRoot(option: work.data, experiment: spec.data),
            program: ProgramFile.own,
            version: Version.text)
        request.jobs = work.jobs
        request.threads = threads(work.threads)
        request.retriesFailed = work.retryFailed
        request.code = Version.code
        request.retrains = work.retrain
        request.isQuiet = work.quiet
        request.options = options
        return request
    }

    /// Launches, and after training writes the report.
    ///
    /// - Throws: `CommandFailure` with status 1 where cells failed, 130 where the user stopped.
    static func launch(_ request: LaunchRequest, with launcher: any Launcher) throws {
        let tested = request.spec.evaluate
        for name in tested { _ = try DatasetRegistry.require(name).list?(request.data) }
        switch try launcher.launch(request) {
        case .handedOver(let lines): try Printer.standard.print(lines)
        case .trained(let outcome):
            let store = try RunStore(at: request.store)
            let external =
                outcome.isInterrupted || tested.isEmpty
                ? nil : try evaluate(tested, of: request, in: store)
            if let report = try ReportWriting.write(experiment: request.spec.name, store: store) {
                try Printer.standard.print(shortPath(of: report))
            }
            try store.close()
            if outcome.isInterrupted {
                throw CommandFailure(
                    .interrupted, "interrupted; the same command continues where it stopped")
            }
            if outcome.failed > 0 {
                throw CommandFailure(
                    .failed,
                    "\(outcome.failed) of \(Plural.count(outcome.total, "cell")) failed")
            }
            try external?.end()
        }
    }

    /// Evaluates the completed cells of the experiment on the data sets that its file names.
    private static func evaluate(
        _ datasets: [String], of request: LaunchRequest, in store: RunStore
    ) throws -> ExternalEvaluation.Result {
        let runs = try store.runs(ofExperiment: request.spec.name, in: .completed)
        return try ExternalEvaluation(
            datasets: datasets, weights: [.best], root: request.data, jobs: request.jobs,
            threads: request.threads, isQuiet: request.isQuiet
        ).run(runs, in: store)
    }

    /// Makes sure that the data sets of a plan are there, as a sweep would.
    ///
    /// - Throws: `DatasetError` for the first that is not.
    static func findData(of plan: SweepPlan, below root: DataRoot) throws {
        var seen: Set<String> = []
        for cell in plan.cells {
            for name in [cell.dataset] + cell.unlabelledDatasets where seen.insert(name).inserted {
                _ = try DatasetRegistry.require(name).list?(root)
            }
        }
    }

    /// The threads that this machine can give; says so where they are fewer than asked for.
    private static func threads(_ wanted: Int?) -> Int? {
        guard let wanted, wanted > Machine.processors else { return wanted }
        Printer.errors.say(
            "lightbox: --threads \(wanted) is more than this machine's "
                + "\(Machine.processors) processors; using \(Machine.processors)")
        return Machine.processors
    }

    /// Relative to the working folder where it lies below it.
    static func shortPath(of file: URL) -> String {
        let base = FileManager.default.currentDirectoryPath + "/"
        return file.path.hasPrefix(base) ? String(file.path.dropFirst(base.count)) : file.path
    }
}
