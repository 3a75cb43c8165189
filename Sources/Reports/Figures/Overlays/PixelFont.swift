internal import Imaging

/// A 5 × 7 pixel font for labels inside PNG figures; ASCII only, other characters become `?`.
enum PixelFont {
    /// Width of a text in pixels.
    static func width(_ text: String, scale: Int = 2) -> Int { max(0, text.count * 6 - 1) * scale }

    /// Height of a line in pixels.
    static func height(scale: Int = 2) -> Int { 7 * scale }

    /// Draws `text` with its top left corner at `(x, y)`; what falls outside is left out.
    static func draw(
        _ text: String, x: Int, y: Int, scale: Int = 2, colour: RGBImage.Colour,
        in image: inout RGBImage
    ) {
        var left = x
        for character in text {
            let code = Int(character.asciiValue ?? 63)
            let glyph = (32...126).contains(code) ? code - 32 : 31
            for column in 0..<5 {
                let bits = columns[glyph * 5 + column]
                for row in 0..<7 where bits >> row & 1 == 1 {
                    image.fill(
                        x: left + column * scale, y: y + row * scale, width: scale, height: scale,
                        colour: colour)
                }
            }
            left += 6 * scale
        }
    }

    /// Five columns a glyph, the lowest bit on top, from the blank to the tilde.
    private static let columns: [UInt8] = {
        let hexadecimal =
            "000000000000005f00000007000700147f147f14242a7f2a12231308646236495522500005030000"
            + "001c2241000041221c00082a1c2a0808083e08080050300000080808080800606000002010080402"
            + "3e5149453e00427f400042615149462141454b311814127f1027454545393c4a4949300171090503"
            + "3649494936064949291e0036360000005636000000081422411414141414412214080002015109063249"
            + "79413e7e1111117e7f494949363e414141227f4141221c7f494949417f090901013e414151327f080808"
            + "7f00417f41002040413f017f081422417f404040407f0204027f7f0408107f3e4141413e7f0909090"
            + "63e4151215e7f09192946464949493101017f01013f4040403f1f2040201f7f2018207f6314081463"
            + "03047804036151494543"
            + "00007f4141020408102041417f000004020102044040404040000102040020545454787f48444438"
            + "3844444420384444487f3854545418087e0901020c5252523e7f0804047800447d40002040443d00"
            + "007f10284400417f40007c041804787c0804047838444444387c14141408081414187c7c08040408"
            + "4854545420043f4440203c4040207c1c2040201c3c4030403c44281028440c5050503c4464544c44"
            + "000836410000007f000000413608000804081008"
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in hexadecimal {
            guard let digit = character.hexDigitValue.map(UInt8.init) else { continue }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }()

    /// How many glyphs the table holds.
    static var glyphs: Int { columns.count / 5 }
}

extension RGBImage {
    /// Fills a rectangle; what falls outside is left out.
    mutating func fill(x: Int, y: Int, width: Int, height: Int, colour: Colour) {
        for row in max(0, y)..<max(max(0, y), min(self.height, y + height)) {
            for column in max(0, x)..<max(max(0, x), min(self.width, x + width)) {
                self[column, row] = colour
            }
        }
    }
}
