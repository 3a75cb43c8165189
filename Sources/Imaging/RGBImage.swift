/// An 8-bit colour image for figures, rows from top to bottom.
public struct RGBImage: Sendable, Equatable {
    /// Columns, in pixels.
    public let width: Int
    /// Rows, in pixels.
    public let height: Int
    /// `height * width * 3` bytes: red, green, blue.
    public var pixels: [UInt8]

    /// A colour, 0...255 a channel.
    public struct Colour: Sendable, Equatable {
        /// Red, green and blue.
        public let red, green, blue: UInt8

        /// A colour from its three channels.
        public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
            self.red = red
            self.green = green
            self.blue = blue
        }
    }

    /// An image of one colour, black unless told.
    public init(width: Int, height: Int, colour: Colour = Colour(0, 0, 0)) {
        self.width = width
        self.height = height
        pixels = [UInt8](repeating: 0, count: width * height * 3)
        for i in 0..<(width * height) {
            pixels[3 * i] = colour.red
            pixels[3 * i + 1] = colour.green
            pixels[3 * i + 2] = colour.blue
        }
    }

    /// The colour in column `x` of row `y`.
    public subscript(x: Int, y: Int) -> Colour {
        get {
            let i = 3 * (y * width + x)
            return Colour(pixels[i], pixels[i + 1], pixels[i + 2])
        }
        set {
            let i = 3 * (y * width + x)
            pixels[i] = newValue.red
            pixels[i + 1] = newValue.green
            pixels[i + 2] = newValue.blue
        }
    }

    /// Draws gray values in `0...1` (`width * height` of them) with their top left corner at
    /// `(x, y)`; what falls outside is left out.
    public mutating func draw(gray values: [Float], width: Int, height: Int, x: Int, y: Int) {
        for row in 0..<height where y + row >= 0 && y + row < self.height {
            for column in 0..<width where x + column >= 0 && x + column < self.width {
                let level = UInt8(min(max(values[row * width + column], 0), 1) * 255 + 0.5)
                self[x + column, y + row] = Colour(level, level, level)
            }
        }
    }

    /// Draws the inner outline of a mask (`width * height` of 0 or 1; pixels with a 4-neighbour
    /// outside the mask) with its top left corner at `(x, y)`.
    public mutating func draw(
        outlineOf mask: [UInt8], width: Int, height: Int, x: Int, y: Int, colour: Colour
    ) {
        func inside(_ column: Int, _ row: Int) -> Bool {
            column >= 0 && column < width && row >= 0 && row < height
                && mask[row * width + column] != 0
        }
        for row in 0..<height where y + row >= 0 && y + row < self.height {
            for column in 0..<width where x + column >= 0 && x + column < self.width {
                guard inside(column, row) else { continue }
                let interior =
                    inside(column - 1, row) && inside(column + 1, row)
                    && inside(column, row - 1) && inside(column, row + 1)
                if !interior { self[x + column, y + row] = colour }
            }
        }
    }
}
