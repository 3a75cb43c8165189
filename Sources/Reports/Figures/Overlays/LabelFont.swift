internal import Imaging

/// The letters of labels inside PNG figures: DejaVu Sans, 15 pixels high, with soft edges. A character
/// without a letter becomes `?`.
enum LabelFont {
    /// Height of a line in pixels.
    static let height = 19

    /// One letter: its shades row by row, 0 (paper) to 15 (ink).
    struct Letter {
        let width: Int
        let shades: [UInt8]
    }

    /// Width of a text in pixels.
    static func width(_ text: String) -> Int { text.reduce(0) { $0 + letter(of: $1).width } }

    /// `text`, cut where it is wider than `width`.
    static func fitted(_ text: String, into width: Int) -> String {
        guard Self.width(text) > width else { return text }
        var short = text
        while !short.isEmpty, Self.width(short + "…") > width { short.removeLast() }
        return short + "…"
    }

    /// Draws `text` with its top left corner at `(x, y)`; what falls outside is left out.
    static func draw(
        _ text: String, x: Int, y: Int, colour: RGBImage.Colour, in image: inout RGBImage
    ) {
        var left = x
        for character in text {
            let letter = letter(of: character)
            for (place, shade) in letter.shades.enumerated() where shade > 0 {
                let column = left + place % letter.width, row = y + place / letter.width
                guard column >= 0, row >= 0, column < image.width, row < image.height else {
                    continue
                }
                let ground = image[column, row]
                func mixed(_ ink: UInt8, _ paper: UInt8) -> UInt8 {
                    let share = Int(shade)
                    let sum = Int(ink) * share + Int(paper) * (15 - share)
                    return UInt8((sum + 7) / 15)
                }
                image[column, row] = RGBImage.Colour(
                    mixed(colour.red, ground.red), mixed(colour.green, ground.green),
                    mixed(colour.blue, ground.blue))
            }
            left += letter.width
        }
    }

    /// Every letter by its character.
    static let all: [Character: Letter] = Dictionary(
        zip(plain + other, letters.split(separator: " ").map(letter(in:))),
        uniquingKeysWith: { first, _ in first })

    private static func letter(of character: Character) -> Letter {
        all[character] ?? all["?"] ?? Letter(width: 0, shades: [])
    }

    /// Reads `5:zz0f`: the width, and shades, in which g to z stand for 4 to 23 of nothing.
    private static func letter(in text: Substring) -> Letter {
        let parts = text.split(separator: ":", maxSplits: 1)
        let width = parts.first.flatMap { Int($0) } ?? 0
        var shades: [UInt8] = []
        for character in parts.count > 1 ? parts[1] : "" {
            if let shade = character.hexDigitValue {
                shades.append(UInt8(shade))
            } else if let code = character.asciiValue {
                shades += [UInt8](repeating: 0, count: Int(code) - 103 + 4)
            }
        }
        return Letter(width: width, shades: shades)
    }
}
