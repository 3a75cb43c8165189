public import RunStore

/// A test image with its masks, as an overlay shows it.
public struct OverlayPicture: Sendable, Equatable {
    /// Side of the square image in pixels.
    public let side: Int
    /// `side * side` gray values, 0 … 1.
    public let pixels: [Float]
    /// The drawn mask, 0 or 1 a pixel; nil where there is none.
    public let target: [UInt8]?
    /// The run's mask, 0 or 1 a pixel.
    public let prediction: [UInt8]

    /// Makes a picture.
    public init(side: Int, pixels: [Float], target: [UInt8]?, prediction: [UInt8]) {
        self.side = side
        self.pixels = pixels
        self.target = target
        self.prediction = prediction
    }
}

/// Loads images and lets runs segment them: by run, the named images.
public typealias PictureProvider =
    @Sendable (_ run: RunID, _ images: [String]) throws -> [String: OverlayPicture]
