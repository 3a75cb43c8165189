import Domain

/// What the covered fraction of a lung mask gives away.
///
/// Lungs cover 24 to 31 % of a chest X-ray. Releases have been seen with masks of either polarity,
/// so a mask that covers most of the image, and whose complement covers a plausible share, is
/// taken for the background and inverted.
enum LungMaskFault: Sendable {
    /// It showed the background.
    case inverted
    /// It covers less than lungs do.
    case small
    /// It covers more than lungs do, but its complement is no lung either.
    case large

    /// The plausible fraction, of both lungs and of one alone.
    static func plausible(_ lungs: Structure.Lungs) -> ClosedRange<Double> {
        lungs == .both ? 0.1...0.45 : 0.03...0.3
    }

    /// Judges a mask of 0 and 1, and inverts it where it shows the background.
    static func correct(_ mask: inout [UInt8], of lungs: Structure.Lungs) -> LungMaskFault? {
        let plausible = plausible(lungs)
        guard !mask.isEmpty else { return nil }
        let inside = mask.reduce(0) { $0 + Int($1) }
        let fraction = Double(inside) / Double(mask.count)
        if plausible.contains(fraction) { return nil }
        if plausible.contains(1 - fraction) {
            for i in mask.indices { mask[i] = 1 - mask[i] }
            return .inverted
        }
        return fraction < plausible.lowerBound ? .small : .large
    }
}
