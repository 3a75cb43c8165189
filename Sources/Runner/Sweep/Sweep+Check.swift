import Assembly
import Datasets
import Foundation
import RunStore
import Specification
import Training
import Wording

extension Sweep {
    /// Looks at every open cell beside its data before the first one trains: one that cannot train
    /// is recorded as failed at once, and the others go on.
    ///
    /// - Returns: those that can train.
    func checked(_ open: [Item], observe: (SweepEvent) -> Void) throws -> [Item] {
        let checker = CellChecker(runner: runner)
        var able: [Item] = []
        for item in open {
            guard !runner.stop.isAsked, let reason = checker.fault(in: item.cell) else {
                able.append(item)
                continue
            }
            try runner.claim(item.run.id, from: claimable)?
                .fail(reason, log: "found before any cell was trained")
            observe(.cellFailed(cell: item.number, reason: reason))
        }
        if let note = checker.largest?.note { observe(.note(note)) }
        // Workers load what they need themselves.
        if workers != nil { runner.shelf.empty() }
        return able
    }
}

/// Says why cells cannot train, as far as that shows before training.
final class CellChecker {
    private let runner: CellRunner
    private var known: [Cell: String?] = [:]
    /// The most that a cell in which nothing is wrong will take.
    private(set) var largest: MemoryEstimate?

    init(runner: CellRunner) { self.runner = runner }

    /// One sentence; nil where nothing speaks against the cell.
    func fault(in cell: Cell) -> String? {
        // Cells that differ in these alone are alike here.
        var key = cell
        (key.settings.epochs, key.settings.learningRate) = (1, 0)
        if let known = known[key] { return known }
        let fault = look(at: cell)
        known[key] = .some(fault)
        return fault
    }

    private func look(at cell: Cell) -> String? {
        do {
            let dataset = try runner.shelf.training(for: cell)
            let estimate = MemoryEstimate(cell, images: dataset.examples.count)
            if let fault = estimate.fault { return fault }
            try runner.check(cell)
            if estimate.bytes > largest?.bytes ?? 0 { largest = estimate }
            return nil
        } catch {
            return Sentence.of(error)
        }
    }
}

extension MemoryEstimate {
    /// Why no machine like this one can train the cell; nil where it may. Estimates err, so only
    /// what is far beyond the memory is refused.
    var fault: String? {
        guard let memory = Machine.memory, bytes / 4 > memory else { return nil }
        return
            "training would take some \(Self.gigabytes(bytes)) GB of memory, and this machine has "
            + "\(Self.gigabytes(memory)) GB; expected a smaller image, batch or width"
            + (recomputed < bytes ? ", or recompute: true" : "")
    }

    /// What people should know of it before the training; nil where that is no matter.
    var note: String? {
        guard bytes >= 2 << 30 else { return nil }
        let memory = Machine.memory.map { ", of \(Self.gigabytes($0)) GB that there are" } ?? ""
        let less =
            recomputed < bytes
            ? "; recompute: true takes some \(Self.gigabytes(recomputed)) GB and more time" : ""
        return "training a cell takes up to some \(Self.gigabytes(bytes)) GB of memory" + memory
            + less
    }

    private static func gigabytes(_ bytes: Int64) -> String {
        String(format: "%.1f", Double(bytes) / Double(1 << 30))
    }
}
