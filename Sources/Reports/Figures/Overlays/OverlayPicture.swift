public import Domain
public import RunStore

/// A test image with its masks, as an overlay shows it.
public struct OverlayPicture: Sendable, Equatable {
    /// Rows and columns of the image.
    public let size: ImageSize
    /// `height * width` gray values, 0 … 1.
    public let pixels: [Float]
    /// What each mask shows.
    public let structures: [String]
    /// The drawn mask of each structure, 0 or 1 a pixel; nil where there is none.
    public let targets: [[UInt8]]?
    /// The run's mask of each structure, 0 or 1 a pixel.
    public let predictions: [[UInt8]]

    /// Makes a picture.
    public init(
        size: ImageSize, pixels: [Float], structures: [String] = ["mask"], targets: [[UInt8]]?,
        predictions: [[UInt8]]
    ) {
        self.size = size
        self.pixels = pixels
        self.structures = structures
        self.targets = targets
        self.predictions = predictions
    }
}

/// Loads images and lets runs segment them: by run, the named images.
public typealias PictureProvider =
    @Sendable (_ run: RunID, _ images: [String]) throws -> [String: OverlayPicture]
