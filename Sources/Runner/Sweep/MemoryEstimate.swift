import Domain
import Specification
import Training

/// How much memory a cell's training takes, before it is known.
///
/// Maps: a U-Net keeps about six maps a level and their gradients; level l has `4^-l` of the pixels
/// and `2^l` of the channels, which sums to twice the first level. With `recompute` two maps a level
/// stay, and those of one block with their gradients come and go. Weights: some 7600 b² numbers, each
/// with gradient and two moments. The rest is the process with its data.
struct MemoryEstimate {
    let bytes: Int64
    /// The same with `recompute`.
    let recomputed: Int64

    /// - Parameter images: how many the cell's data have, where that is known.
    init(_ cell: Cell, images: Int = .max) {
        guard cell.program == nil else {
            // Nobody knows; what the program takes the system accounts for.
            (bytes, recomputed) = (1 << 30, 1 << 30)
            return
        }
        let settings = cell.settings
        let pixels = Double(settings.image.pixels)
        let width = Double(settings.width)
        let values = pixels * width * Double(min(settings.batch, images))
        let weights = 16 * 7600 * width * width
        let networks = cell.procedure == Cell.defaultProcedure ? 1.3 : 2.5
        func estimate(_ bytesAValue: Double) -> Int64 {
            Int64(networks * (bytesAValue * values + weights)) + (100 << 20)
        }
        recomputed = estimate(40)
        bytes = settings.recomputes ? recomputed : estimate(100)
    }

    /// Whether the cell fits into `available` bytes, with a twentieth of `total` to spare, beside
    /// others that are under training and may not have all they need yet.
    func fits(
        beside others: [(cell: Cell, resident: Int64)], available: Int64, total: Int64
    ) -> Bool {
        let promised = others.reduce(Int64(0)) { sum, other in
            sum + max(0, MemoryEstimate(other.cell).bytes - other.resident)
        }
        return bytes <= available - promised - total / 20
    }
}
