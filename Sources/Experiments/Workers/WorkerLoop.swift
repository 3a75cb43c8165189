public import Datasets
import Foundation
public import RunStore
import TensorCore
import Training

/// The work of a worker process: takes orders from standard input, trains, reports on standard
/// output.
///
/// Ends when standard input ends, which is also what happens when the sweep dies; the run under way
/// is then saved and can be continued.
public final class WorkerLoop: @unchecked Sendable {
    private let zoo: Zoo
    private let store: RunStore
    private let shelf: DatasetShelf
    private let runner: CellRunner
    private let stop: StopSignal
    private let environment: RunEnvironment
    private let worker = Worker()
    private let output = NSLock()
    private let inbox = Inbox<WorkerOrder>()

    /// A worker that writes into `store` and reads data below `root`.
    ///
    /// - Parameters:
    ///   - code: the program's code.
    ///   - revision: of the user's folder.
    public init(
        store: RunStore, root: DataRoot, threads: Int, version: String, code: CodeIdentity? = nil,
        revision: String? = nil
    ) {
        zoo = .standard
        self.store = store
        stop = StopSignal()
        shelf = DatasetShelf(entries: zoo.datasets, root: root)
        runner = CellRunner(
            zoo: zoo, shelf: shelf, store: store, context: ComputeContext(threads: threads),
            stop: stop)
        environment = RunEnvironment(
            version: version, code: code, gitRevision: revision, cpu: Machine.processor,
            threads: threads)
    }

    /// Works until there is nothing more to do.
    ///
    /// - Returns: whether the store stood by to the end.
    public func run() -> Bool {
        // Ctrl-C reaches the whole process group; the sweep decides and passes it on as SIGTERM.
        signal(SIGINT, SIG_IGN)
        signal(SIGHUP, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        stop.listen(to: [SIGTERM]) { _ in }
        shelf.report { [weak self] dataset, done, total in
            guard done % 16 == 0 || done == total else { return }
            self?.report(.event(.reading(dataset: dataset, done: done, total: total)))
        }
        Thread.detachNewThread { [self] in readOrders() }
        let vocabulary = zoo.vocabulary(reports: [])
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
        guard order.store == store.mark else {
            throw StoreError.displaced(
                path: store.url.path, found: "was replaced by another file")
        }
        var cell = Cell()
        for (key, text) in order.cell {
            try cell.set(key, to: text, at: .option("worker"), vocabulary: vocabulary)
        }
        var states: Set<RunState> = [.queued, .interrupted]
        if order.retriesFailed { states.insert(.failed) }
        if order.isPruned { states.insert(.pruned) }
        guard
            let lease = try store.claim(
                ifThere: order.run, for: worker, environment: environment, from: states)
        else {
            report(.heldElsewhere(number: order.number))
            return
        }
        report(
            .event(
                .cellStarted(
                    cell: order.number, title: order.title,
                    epochs: order.pauseAfter ?? cell.settings.epochs)))
        let ending = try runner.run(
            cell, number: order.number, lease: lease, pauseAfter: order.pauseAfter,
            observe: { report(.event($0)) })
        report(.ended(number: order.number, ending))
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
