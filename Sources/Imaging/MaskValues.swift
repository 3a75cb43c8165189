internal import CImageCodecs

/// The distinct values of a mask's file, and which of them are inside.
struct MaskValues {
    /// In the order of their first pixels.
    let values: [MaskValue]
    /// Whether there are more.
    let hasMore: Bool

    /// Which values are inside.
    struct Sides {
        /// 1 for inside, by the value's number.
        var isInside = [UInt8](repeating: 0, count: 256)
        /// The value of inside.
        var inside: MaskValue?
        /// The gray of inside where outside is black; else 1.
        var level: UInt16 = 1
    }

    /// Why the values are no mask.
    struct Fault: Error {
        let reason: String
    }

    private static let severalStructures = Fault(
        reason: "say in structures.csv what each value shows, or write each structure into a mask "
            + "of its own; threshold one that was blurred, resized or saved as JPEG")
    private static let ambiguous = Fault(
        reason: "write outside as 0 and inside as 255")

    init(_ found: codec_values, maximum: UInt16) {
        var found = found
        hasMore = found.surplus != 0
        values = withUnsafeBytes(of: &found.values) { raw in
            raw.bindMemory(to: codec_value.self).prefix(Int(found.count)).map {
                MaskValue($0, maximum: maximum)
            }
        }
    }

    private init(values: [MaskValue], hasMore: Bool) {
        self.values = values
        self.hasMore = hasMore
    }

    /// The number of every pixel's value in a gray image, and the values.
    static func numbered(_ image: GrayImage) -> ([UInt8], MaskValues) {
        var table: [UInt16: UInt8] = [:]
        var values: [MaskValue] = []
        var hasMore = false
        let numbers = image.pixels.map { pixel -> UInt8 in
            if let known = table[pixel] { return known }
            guard values.count < Int(CODEC_MASK_VALUES) else {
                hasMore = true
                return 0
            }
            table[pixel] = UInt8(values.count)
            values.append(MaskValue(gray: pixel, maximum: image.maximum))
            return table[pixel] ?? 0
        }
        return (numbers, MaskValues(values: values, hasMore: hasMore))
    }

    /// Tells inside from outside.
    var sides: Result<Sides, Fault> {
        let shown = values.indices.filter { !values[$0].isTransparent }
        guard !hasMore, shown.count <= 2 else { return .failure(Self.severalStructures) }
        let isCut = shown.count < values.count
        guard let first = shown.first else { return .success(Sides()) }
        guard shown.count == 2 else {
            // One value: what is opaque beside transparent pixels, or all of the image.
            let one = values[first]
            return .success(isCut || one.gray > 0 ? inside(first, outside: 0) : Sides())
        }
        let (a, b) = (values[shown[0]], values[shown[1]])
        if isCut && !a.isBlack && !b.isBlack { return .failure(Self.severalStructures) }
        if a.isBlack != b.isBlack {
            return .success(inside(shown[a.isBlack ? 1 : 0], outside: 0))
        }
        guard a.isGray, b.isGray, a.gray != b.gray else { return .failure(Self.ambiguous) }
        let brighter = a.gray > b.gray ? 0 : 1
        return .success(inside(shown[brighter], outside: min(a.gray, b.gray)))
    }

    private func inside(_ number: Int, outside: UInt16) -> Sides {
        var sides = Sides()
        sides.isInside[number] = 1
        sides.inside = values[number]
        if outside == 0 { sides.level = max(values[number].gray, 1) }
        return sides
    }

    /// The values as a list for people, in their order.
    var text: String {
        let sorted = values.sorted { ($0.gray, $0.alpha) < ($1.gray, $1.alpha) }
        let shown = sorted.prefix(6).map(\.text)
        if hasMore || sorted.count > shown.count { return shown.joined(separator: ", ") + ", …" }
        guard let last = shown.last, shown.count > 1 else { return shown.first ?? "none" }
        return shown.dropLast().joined(separator: ", ") + " and " + last
    }
}
