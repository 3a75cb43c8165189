/// A pattern of names: `*` stands for any text, and a word in braces for the text that is wanted.
///
/// `{patient}_*` takes `P01` of `P01_L3_1`: of several ways to fit, the shortest texts from the left.
/// There is nothing to look back for, so no pattern takes long.
struct NamePattern: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case text([Character])
        case any
        case wanted
    }

    /// As it was written.
    let text: String
    private let parts: [Part]

    /// Reads a pattern in which `wanted`, such as `{patient}`, stands once; nil for others.
    init?(_ text: String, wanted: String) {
        let sides = text.split(separator: wanted, omittingEmptySubsequences: false)
        guard sides.count == 2, text.count <= 200 else { return nil }
        var parts: [Part] = []
        for (index, side) in sides.enumerated() {
            if index > 0 { parts.append(.wanted) }
            // A pattern in which `*` is wanted has no other.
            let pieces = side.split(separator: "*", omittingEmptySubsequences: false)
            for (number, piece) in pieces.enumerated() {
                if number > 0 { parts.append(.any) }
                if piece.contains("{") || piece.contains("}") { return nil }
                if !piece.isEmpty { parts.append(.text(Array(piece))) }
            }
        }
        self.text = text
        self.parts = parts
    }

    /// How many signs it fixes: of two patterns that fit, the one with more says more.
    var weight: Int {
        parts.reduce(0) { sum, part in
            if case .text(let text) = part { sum + text.count } else { sum }
        }
    }

    /// The text that is wanted, which is never empty; nil where the pattern does not fit.
    func match(_ name: String) -> String? {
        let name = Array(name)
        // fits[place]: whether the parts from the current one on fit the name from `place` on.
        var fits = [[Bool]](
            repeating: [Bool](repeating: false, count: name.count + 1), count: parts.count + 1)
        fits[parts.count][name.count] = true
        for index in parts.indices.reversed() {
            for place in stride(from: name.count, through: 0, by: -1) {
                fits[index][place] = end(of: index, from: place, in: name, fits) != nil
            }
        }
        guard fits[0][0] else { return nil }
        var place = 0
        for index in parts.indices {
            guard let end = end(of: index, from: place, in: name, fits) else { return nil }
            if parts[index] == .wanted { return String(name[place..<end]) }
            place = end
        }
        return nil
    }

    /// Where the part ends at the earliest so that all that follow fit.
    private func end(
        of index: Int, from place: Int, in name: [Character], _ fits: [[Bool]]
    ) -> Int? {
        let next = fits[index + 1]
        switch parts[index] {
        case .text(let text):
            let end = place + text.count
            return end <= name.count && next[end] && name[place..<end].elementsEqual(text)
                ? end : nil
        case .any:
            return (place...name.count).first { next[$0] }
        case .wanted:
            return place < name.count ? (place + 1...name.count).first { next[$0] } : nil
        }
    }
}
