/// How a picture is turned for showing: tag 274 of EXIF, values 1 to 8.
struct ImageOrientation: Equatable {
    let value: Int

    /// Upright, as nearly every picture is.
    static let upright = ImageOrientation(value: 1)

    private init(value: Int) { self.value = value }

    /// The orientation that a JPEG file's EXIF segment names; upright where there is none, or one
    /// that makes no sense.
    init(jpeg bytes: [UInt8]) {
        self = .upright
        var place = 2
        while place + 4 <= bytes.count, bytes[place] == 0xFF {
            let marker = bytes[place + 1]
            if marker == 0xFF {
                place += 1
                continue
            }
            guard marker != 0xDA, marker != 0xD9 else { return }
            let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
            guard length >= 2, place + 2 + length <= bytes.count else { return }
            let body = bytes[(place + 4)..<(place + 2 + length)]
            if marker == 0xE1, body.starts(with: Array("Exif\0\0".utf8)) {
                if let found = Self.value(inTIFF: Array(body.dropFirst(6))), 1...8 ~= found {
                    self.init(value: found)
                }
                return
            }
            place += 2 + length
        }
    }

    /// Tag 274 of the first directory.
    private static func value(inTIFF bytes: [UInt8]) -> Int? {
        let isBig = bytes.starts(with: Array("MM".utf8))
        guard isBig || bytes.starts(with: Array("II".utf8)) else { return nil }
        func number(_ place: Int, _ width: Int) -> Int? {
            guard place >= 0, place + width <= bytes.count else { return nil }
            let part = bytes[place..<(place + width)]
            return (isBig ? Array(part) : part.reversed()).reduce(0) { $0 << 8 | Int($1) }
        }
        guard let start = number(4, 4), let count = number(start, 2) else { return nil }
        for index in 0..<count {
            let entry = start + 2 + 12 * index
            guard let tag = number(entry, 2) else { return nil }
            if tag == 274, number(entry + 2, 2) == 3 { return number(entry + 8, 2) }
        }
        return nil
    }

    /// Whether rows become columns.
    private var swapsSides: Bool { value >= 5 }

    /// The header of the turned picture.
    func turned(_ info: ImageInfo) -> ImageInfo {
        swapsSides ? info.with(width: info.height, height: info.width) : info
    }

    /// The picture as it is shown.
    func turned(_ image: GrayImage) -> GrayImage {
        guard self != .upright else { return image }
        let (width, height) = (image.width, image.height)
        let (columns, rows) = swapsSides ? (height, width) : (width, height)
        var turned = GrayImage(width: columns, height: rows, maximum: image.maximum)
        for y in 0..<rows {
            for x in 0..<columns {
                let (column, row) =
                    switch value {
                    case 2: (width - 1 - x, y)
                    case 3: (width - 1 - x, height - 1 - y)
                    case 4: (x, height - 1 - y)
                    case 5: (y, x)
                    case 6: (y, height - 1 - x)
                    case 7: (width - 1 - y, height - 1 - x)
                    default: (width - 1 - y, x)
                    }
                turned.pixels[y * columns + x] = image.pixels[row * width + column]
            }
        }
        return turned
    }
}
