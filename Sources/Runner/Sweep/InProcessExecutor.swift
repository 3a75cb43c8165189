import Foundation
import RunStore
import TensorCore

/// Trains one cell at a time in this process, when the scheduler waits for it.
final class InProcessExecutor: Executor {
    private let runner: CellRunner
    private let context: ComputeContext
    private var waiting: Job?

    init(_ runner: CellRunner) {
        self.runner = runner
        context = ComputeContext(threads: runner.environment.threads)
    }

    let size = 1
    var busy: Int { waiting == nil ? 0 : 1 }

    func start(_ job: Job) -> Bool {
        guard waiting == nil else { return false }
        waiting = job
        return true
    }

    func next(
        within seconds: Double, observe: (SweepEvent) -> Void
    ) throws -> (job: Job, ending: CellRunner.Ending)? {
        guard let job = waiting else {
            Thread.sleep(forTimeInterval: seconds)
            return nil
        }
        waiting = nil
        return (job, try runner.run(job, context: context, observe: observe))
    }

    func askToStop() {}
    func dismiss() {}
}
