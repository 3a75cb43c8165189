import Training

/// How much memory a cell's training takes, before it is known.
///
/// Maps: a U-Net keeps about six maps a level and their gradients; level l has `4^-l` of the pixels
/// and `2^l` of the channels, which sums to twice the first level. Weights: some 7600 b² numbers,
/// each with gradient and two moments. The rest is the process with its data.
struct MemoryEstimate {
    let bytes: Int64

    init(_ cell: Cell) {
        let settings = cell.settings
        let pixels = Double(settings.image * settings.image)
        let width = Double(settings.width)
        let maps = 100 * pixels * width * Double(settings.batch)
        let weights = 16 * 7600 * width * width
        let networks = cell.procedure == Cell.defaultProcedure ? 1.3 : 2.5
        bytes = Int64(networks * (maps + weights)) + (100 << 20)
    }
}
