import Assembly
import Foundation
import RunStore
import Specification
import TensorCore
import Wording

/// The work of a worker process: takes orders from standard input, trains, reports on standard
/// output.
///
/// Ends when standard input ends, which is also what happens when the sweep dies; the run under way
/// is then saved and can be continued.
public final class WorkerLoop: @unchecked Sendable {
    private let runner: CellRunner
    private let context: ComputeContext
    private let output = NSLock()
    private let inbox = Inbox<WorkerOrder>()

    /// A worker that has `runner` train what it is told.
    public init(_ runner: CellRunner) {
        self.runner = runner
        context = ComputeContext(threads: runner.environment.threads)
    }

    private var stop: StopSignal { runner.stop }

    /// Works until there is nothing more to do.
    ///
    /// - Returns: whether the store stood by to the end.
    public func run() -> Bool {
        // Ctrl-C reaches the whole process group; the sweep decides and passes it on as SIGTERM.
        signal(SIGINT, SIG_IGN)
        signal(SIGHUP, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        stop.listen(to: [SIGTERM]) { _ in }
        runner.shelf.report { [weak self] dataset, done, total in
            guard done % 16 == 0 || done == total else { return }
            self?.report(.event(.reading(dataset: dataset, done: done, total: total)))
        }
        Thread.detachNewThread { [self] in readOrders() }
        let vocabulary = runner.vocabulary
        while !stop.isAsked, let order = inbox.next() {
            do {
                try follow(order, vocabulary: vocabulary)
            } catch {
                report(.broken(reason: Sentence.of(error)))
                return false
            }
        }
        return true
    }

    private func follow(_ order: WorkerOrder, vocabulary: Vocabulary) throws {
        let store = runner.store
        guard order.store == store.mark else {
            throw StoreError.displaced(
                path: store.url.path, found: "was replaced by another file")
        }
        let job = Job(
            number: order.number, title: order.title,
            cell: try Cell(texts: order.cell, from: "worker", vocabulary: vocabulary),
            run: order.run, states: order.states, pauseAfter: order.pauseAfter)
        report(.ended(try runner.run(job, context: context, observe: { report(.event($0)) })))
    }

    private func readOrders() {
        var buffer = LineBuffer()
        while true {
            let data = FileHandle.standardInput.availableData
            if data.isEmpty { break }
            for line in buffer.lines(adding: data) {
                if let order = try? WorkerLine.decode(WorkerOrder.self, from: line) {
                    inbox.put(order)
                }
            }
        }
        // The sweep has no more work, or is gone.
        inbox.close()
        stop.ask()
    }

    private func report(_ report: WorkerReport) {
        guard let line = try? WorkerLine.encode(report) else { return }
        let isGone = output.withLock {
            line.withUnsafeBytes { bytes in
                var rest = bytes
                while !rest.isEmpty {
                    let written = write(STDOUT_FILENO, rest.baseAddress, rest.count)
                    if written < 0, errno == EINTR { continue }
                    guard written > 0 else { return true }
                    rest = UnsafeRawBufferPointer(rebasing: rest[written...])
                }
                return false
            }
        }
        if isGone { stop.ask() }
    }
}
