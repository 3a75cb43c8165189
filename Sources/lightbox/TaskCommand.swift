import ArgumentParser
import Foundation
import Launch
import Runner
import Wording

/// `lightbox task SWEEP NUMBER`, which the scripts of a sweep run (docs/clusters.md).
struct TaskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "Train one task of a sweep that was launched elsewhere.",
        discussion: """
            Trains into a store on local disk (LIGHTBOX_SCRATCH, SLURM_TMPDIR, TMPDIR or /tmp) and \
            brings the results into the sweep's folder. On USR1 (a time limit is near), TERM or \
            Ctrl-C it saves and ends; started again it goes on. Status 75 asks to be started again.
            """, shouldDisplay: false)

    @Argument(help: "Folder of the sweep.") var sweep: String
    @Argument(help: "Number of the task, from 0.") var number: Int
    @Option(help: "Processors of the task.") var cpus = 1
    @Option(help: "How often the task was started before.") var restarts = 0
    @Option(help: "The queue's name of the job.") var job: String?

    func run() throws {
        var surroundings = TaskRunner.Surroundings(
            cpus: max(1, cpus), scratch: TaskRunner.Surroundings.scratch(), version: Version.text)
        surroundings.code = Version.code
        surroundings.restarts = restarts
        surroundings.job = job
        let stop = TaskStop()
        stop.listen()
        let runner = TaskRunner(
            sweep: SweepFolder(URL(fileURLWithPath: sweep)), task: number,
            surroundings: surroundings, stop: stop)
        let display = ProgressDisplay()
        defer { display.finish() }
        switch try runner.run(observe: { display.show($0) }) {
        case .finished(failed: 0): break
        case .finished(let failed):
            throw CommandFailure(.failed, "\(Plural.count(failed, "cell")) failed")
        case .again: throw CommandFailure(.temporary, "saved; to be started again")
        case .stopped(let reason): throw CommandFailure(.interrupted, "task \(number) \(reason)")
        }
    }
}
