/// A gray image of up to 16 bits a pixel, rows from top to bottom, 0 is black.
public struct GrayImage: Sendable, Equatable {
    /// Columns, in pixels.
    public let width: Int
    /// Rows, in pixels.
    public let height: Int
    /// The value of white: 255 for files of up to 8 bits, 65535 for 16-bit files, 4095 for JSRT.
    public let maximum: UInt16
    /// `height * width` values in `0...maximum`, row by row.
    public var pixels: [UInt16]

    /// Wraps pixels; there must be `width * height` of them.
    public init(width: Int, height: Int, maximum: UInt16, pixels: [UInt16]) {
        precondition(
            pixels.count == width * height,
            "\(pixels.count) pixels given for an image of \(width) x \(height)")
        self.width = width
        self.height = height
        self.maximum = maximum
        self.pixels = pixels
    }

    /// An image of one value.
    public init(width: Int, height: Int, maximum: UInt16 = 255, filledWith value: UInt16 = 0) {
        self.init(
            width: width, height: height, maximum: maximum,
            pixels: [UInt16](repeating: value, count: width * height))
    }

    /// The pixel in column `x` of row `y`.
    public subscript(x: Int, y: Int) -> UInt16 {
        get { pixels[y * width + x] }
        set { pixels[y * width + x] = newValue }
    }
}
