/// What the covered fraction of a lung mask gives away.
///
/// Lungs cover 24 to 31 % of a chest X-ray. Releases have been seen with masks of either polarity,
/// so a mask that covers most of the image, and whose complement covers a plausible share, is
/// taken for the background and inverted.
enum LungMaskFault: Sendable {
    /// It showed the background.
    case inverted
    /// It covers less than a tenth.
    case small
    /// It covers more than 45 %, but its complement is no lung either.
    case large

    /// The plausible fraction.
    static let plausible = 0.1...0.45

    /// Judges a mask of 0 and 1, and inverts it where it shows the background.
    static func correct(_ mask: inout [UInt8]) -> LungMaskFault? {
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
