/// What each of some names is called in an image mirrored from left to right: its own name, or that of
/// the other side.
///
/// The network's map of `left lung` in a mirrored image shows, mirrored back, the `right lung`.
public struct MirrorPairs: Sendable, Hashable {
    /// For each name the place of the one that it is in the mirrored image.
    public let partners: [Int]

    /// Pairs the names in which the whole words `left` and `right` are exchanged, in whatever case.
    ///
    /// - Throws: `PredictionError.unmirrored` where one of a pair is missing.
    public init(_ names: [String]) throws(PredictionError) {
        let plain = names.map { $0.lowercased() }
        var partners: [Int] = []
        for name in plain.indices {
            let other = Self.exchanged(plain[name])
            guard let place = plain.firstIndex(of: other) else {
                throw .unmirrored(name: names[name], partner: other)
            }
            partners.append(place)
        }
        self.partners = partners
    }

    private static let sides = ["left": "right", "right": "left"]

    private static func exchanged(_ name: String) -> String {
        var result = ""
        var word = ""
        for sign in name {
            if sign.isLetter {
                word.append(sign)
            } else {
                result += (sides[word] ?? word) + String(sign)
                word = ""
            }
        }
        return result + (sides[word] ?? word)
    }
}

extension [Float] {
    /// The rows of an image of `width` columns from right to left, `channels` values a pixel.
    func mirrored(width: Int, channels: Int = 1) -> [Float] {
        let row = width * channels
        var result: [Float] = []
        result.reserveCapacity(count)
        for start in stride(from: 0, to: count, by: row) {
            for column in stride(from: width - 1, through: 0, by: -1) {
                let pixel = start + column * channels
                result += self[pixel..<(pixel + channels)]
            }
        }
        return result
    }
}
