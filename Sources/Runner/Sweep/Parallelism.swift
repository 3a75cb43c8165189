import Domain
public import Specification
import Training

/// How many cells train at once, and with how many threads each.
public struct Parallelism: Sendable, Hashable {
    /// Cells at once, and threads of each; at least 1.
    public var jobs: Int, threads: Int

    /// What the user asks for; what is nil follows from the processors and the size of the cells.
    ///
    /// Small steps do not keep many threads busy, so small cells run side by side; large ones run
    /// one after the other with all processors, which takes the least memory.
    ///
    /// - Parameter most: cells that can be open at once.
    public init(
        jobs: Int?, threads: Int?, cells: [Cell], most: Int,
        processors: Int = Machine.processors
    ) {
        // More threads than processors only wait for each other.
        let threads = threads.map { min($0, processors) }
        switch (jobs, threads) {
        case (let jobs?, let threads?):
            self.init(jobs: jobs, threads: threads)
        case (let jobs?, nil):
            self.init(jobs: jobs, threads: max(1, processors / jobs))
        case (nil, let threads?):
            self.init(jobs: max(1, processors / threads), threads: threads)
        case (nil, nil) where cells.contains { $0.program != nil }:
            // A program takes what it wants, or the one GPU that there is.
            self.init(jobs: 1, threads: processors)
        case (nil, nil):
            let work = cells.map(Self.work).max() ?? 0
            let wanted = work < 0.1 ? 1 : work < 0.5 ? 2 : work < 2 ? 4 : 8
            let threads = min(wanted, processors)
            self.init(jobs: max(1, processors / threads), threads: threads)
        }
        self.jobs = min(self.jobs, max(1, most))
    }

    private init(jobs: Int, threads: Int) {
        self.jobs = max(1, jobs)
        self.threads = max(1, threads)
    }

    /// Arithmetic of a step, as a multiple of a U-Net of width 16 on 16 images of 128 × 128.
    private static func work(_ cell: Cell) -> Double {
        let settings = cell.settings
        let area = Double(settings.image.pixels) / (128 * 128)
        let width = Double(settings.width) / 16
        return area * width * width * Double(settings.batch) / 16
    }
}
