internal import CImageCodecs

/// A pixel value of a mask's file.
public struct MaskValue: Sendable, Equatable {
    /// Its channels, `0...maximum`; all 0 where it is transparent.
    public let red, green, blue, alpha: UInt16
    /// The value of white, and of an opaque pixel's alpha.
    public let maximum: UInt16

    init(_ value: codec_value, maximum: UInt16) {
        (red, green, blue, alpha) = (value.red, value.green, value.blue, value.alpha)
        self.maximum = maximum
    }

    init(gray: UInt16, maximum: UInt16) {
        (red, green, blue, alpha) = (gray, gray, gray, maximum)
        self.maximum = maximum
    }

    var isTransparent: Bool { alpha == 0 }
    var isBlack: Bool { red == 0 && green == 0 && blue == 0 && !isTransparent }
    var isGray: Bool { red == green && green == blue }

    /// The gray that images show of it: Rec. 601 luma over black.
    public var gray: UInt16 {
        let luma =
            isGray
            ? UInt64(red)
            : (19595 * UInt64(red) + 38470 * UInt64(green) + 7471 * UInt64(blue) + 32768) >> 16
        return UInt16((luma * UInt64(alpha) + UInt64(maximum) / 2) / UInt64(maximum))
    }

    /// As people write it: `255`, `(0, 128, 0)`, `transparent`.
    public var text: String {
        if isTransparent { return "transparent" }
        let colour = isGray ? "\(red)" : "(\(red), \(green), \(blue))"
        return alpha == maximum ? colour : colour + " with alpha \(alpha)"
    }
}
