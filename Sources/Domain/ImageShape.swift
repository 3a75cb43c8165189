/// The extents of the images of a data set as networks see them.
public struct ImageShape: Sendable, Hashable, Codable {
    /// Rows, pixels.
    public var height: Int
    /// Columns, pixels.
    public var width: Int
    /// Numbers a pixel: 1 for gray, 3 for red, green and blue.
    public var channels: Int

    /// These extents; none is negative.
    public init(height: Int, width: Int, channels: Int = 1) {
        precondition(height >= 0 && width >= 0 && channels >= 0, "\(height) x \(width)")
        self.height = height
        self.width = width
        self.channels = channels
    }

    /// A gray square of `side` pixels.
    public static func square(_ side: Int) -> ImageShape { ImageShape(height: side, width: side) }

    /// Rows and columns.
    public var size: ImageSize { ImageSize(height: height, width: width) }
    /// `height * width`.
    public var pixels: Int { height * width }
    /// How many numbers an image has.
    public var count: Int { pixels * channels }
}

/// What images have at a pixel, by names in experiment files.
public enum ImageChannels: String, Sendable, Hashable, CaseIterable {
    /// One number; colours become luma.
    case gray
    /// Red, green and blue; of an image without colours three times its gray.
    case rgb

    /// Numbers a pixel.
    public var count: Int { self == .gray ? 1 : 3 }
}

/// Rows and columns of images, as a setting has them.
public struct ImageSize: Sendable, Hashable, ExpressibleByIntegerLiteral {
    /// Rows, pixels.
    public var height: Int
    /// Columns, pixels.
    public var width: Int

    /// So many rows and columns.
    public init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }

    /// A square of `side` pixels.
    public static func square(_ side: Int) -> ImageSize { ImageSize(height: side, width: side) }

    /// A square of that side.
    public init(integerLiteral side: Int) { self = .square(side) }

    /// The larger of rows and columns.
    public var longer: Int { max(height, width) }
    /// Whether rows and columns are as many.
    public var isSquare: Bool { height == width }
    /// `height * width`.
    public var pixels: Int { height * width }
    /// Images of this size, with so many numbers a pixel.
    public func shape(channels: Int = 1) -> ImageShape {
        ImageShape(height: height, width: width, channels: channels)
    }
}

/// The distance between the centres of neighbouring pixels, millimetres.
public struct PixelSpacing: Sendable, Hashable, Codable {
    /// From row to row.
    public let rows: Double
    /// From column to column.
    public let columns: Double

    /// A spacing; both are above 0.
    public init(rows: Double, columns: Double) {
        self.rows = rows
        self.columns = columns
    }
}
