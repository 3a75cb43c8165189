internal import CImageCodecs

/// What of an image's colours becomes one plane of pixels. A file without colours has one plane, which
/// is each of them.
public enum ColourPlane: Sendable, CaseIterable {
    /// Rec. 601 luma: the gray of a colour.
    case luma
    case red, green, blue

    /// The planes of images of so many channels: 1 is gray, 3 are red, green and blue.
    public static func planes(ofChannels channels: Int) -> [ColourPlane] {
        precondition(channels == 1 || channels == 3, "images of \(channels) channels")
        return channels == 1 ? [.luma] : [.red, .green, .blue]
    }

    var code: codec_plane {
        switch self {
        case .luma: CODEC_PLANE_LUMA
        case .red: CODEC_PLANE_RED
        case .green: CODEC_PLANE_GREEN
        case .blue: CODEC_PLANE_BLUE
        }
    }

    /// What the plane has of a colour of 8 bits.
    func value(_ red: UInt16, _ green: UInt16, _ blue: UInt16) -> UInt16 {
        switch self {
        case .red: return red
        case .green: return green
        case .blue: return blue
        case .luma:
            let sum: UInt32 = 19595 * UInt32(red) + 38470 * UInt32(green) + 7471 * UInt32(blue)
            return UInt16((sum + 32768) >> 16)
        }
    }
}
