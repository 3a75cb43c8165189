public import Domain
public import Imaging

/// The mask of one image at one size: the files drawn for it, united.
///
/// Training, `data check` and `predict --mask` all make it here.
public struct DrawnMask: Sendable {
    /// `height * width` of 0 or 1.
    public let pixels: [UInt8]
    /// Whether a file showed the background and was inverted.
    public let isInverted: Bool
    /// What is implausible about it as a mask of lungs.
    let fault: LungMaskFault?

    /// Unites what `files` cover of `width * height` pixels.
    ///
    /// Where they show lungs, a mask of the background is inverted: of several files (left and
    /// right lung) each one that covers more than half of the image, and their union as
    /// `LungMaskFault` says.
    ///
    /// - Parameter lungs: how much of the lungs they show; nil where that is something else.
    public init(_ files: [MaskImage], width: Int, height: Int, lungs: Structure.Lungs?) {
        var coverage = [Float](repeating: 0, count: width * height)
        var inverted = false
        for file in files {
            var part = file.coverage(width: width, height: height)
            if lungs != nil, files.count > 1, Self.showsBackground(part) {
                for i in part.indices { part[i] = 1 - part[i] }
                inverted = true
            }
            for i in coverage.indices { coverage[i] += part[i] }
        }
        var mask = BinaryMask.foreground(coverage)
        fault = files.isEmpty ? nil : lungs.flatMap { LungMaskFault.correct(&mask, of: $0) }
        isInverted = inverted || fault == .inverted
        pixels = mask
    }

    /// Share of the image that is inside.
    var fraction: Double { Self.fraction(pixels) }

    /// Share of pixels of 0 or 1 that is 1.
    static func fraction(_ pixels: [UInt8]) -> Double {
        Double(pixels.reduce(0) { $0 + Int($1) }) / Double(pixels.count)
    }

    /// No single lung covers half of an image.
    private static func showsBackground(_ coverage: [Float]) -> Bool {
        let inside = coverage.count(where: BinaryMask.isForeground)
        return 2 * inside > coverage.count && inside < coverage.count
    }

    /// Whether a mask's shape differs from its image's by more than one pixel's worth; SCR masks
    /// have half the side of their images, which is no fault.
    public static func hasShape(of image: (width: Int, height: Int), _ mask: ImageInfo) -> Bool {
        abs(image.width * mask.height - image.height * mask.width)
            <= max(image.width, image.height)
    }
}
