/// How an image of another shape becomes one that networks see, by names in experiment files.
public enum Resize: String, Sendable, Hashable, CaseIterable, Codable {
    /// Rows and columns are scaled on their own, whatever that does to shapes, as in the papers.
    case stretch
    /// Both are scaled alike until the whole image fits, in the middle; the rest is padding, which no
    /// loss and no metric counts.
    case fit
    /// Both are scaled alike until the image covers everything; what sticks out is cut off.
    case crop
}

/// Where an image lies in what a network sees: reduced as a whole to a size, then put there.
///
/// The one rule of `resize`, for training, checks, predictions and what they are compared with. Pixel
/// (row, column) of the reduced image is pixel (row + top, column + left) of what the network sees.
/// Pixels are taken for squares, whatever spacing a file names.
public struct ImagePlacement: Sendable, Hashable {
    /// The size that the network sees.
    public let target: ImageSize
    /// The size that the whole image is reduced to.
    public let scaled: ImageSize
    /// Where its first row and column lie; negative where the first ones are cut off.
    public let top: Int, left: Int

    /// The longest side that an image is reduced to: what an area average takes.
    private static let longest = 65535

    /// Places an image of `source` pixels; every side is at least 1.
    public init(of source: ImageSize, in target: ImageSize, by resize: Resize) {
        let (h, w) = (max(1, source.height), max(1, source.width))
        let (height, width) = (target.height, target.width)
        // Whether the image is taller for its width than the target is.
        let isTall = h * width > w * height
        self.target = target
        if resize == .stretch || h * width == w * height {
            scaled = target
        } else if isTall == (resize == .fit) {
            let across = Self.rounded(w * height, by: h)
            scaled = ImageSize(
                height: height,
                width: resize == .fit ? min(across, width) : max(across, width))
        } else {
            let down = Self.rounded(h * width, by: w)
            scaled = ImageSize(
                height: resize == .fit ? min(down, height) : max(down, height), width: width)
        }
        // Of an odd number of pixels the one more is below and to the right.
        top = Self.half(height - scaled.height)
        left = Self.half(width - scaled.width)
    }

    private init(_ other: ImagePlacement, left: Int) {
        (target, scaled, top, self.left) = (other.target, other.scaled, other.top, left)
    }

    /// Where the image lies when everything is mirrored from left to right.
    public var mirrored: ImagePlacement {
        ImagePlacement(self, left: target.width - left - scaled.width)
    }

    private static func rounded(_ value: Int, by divisor: Int) -> Int {
        min(max(1, (2 * value + divisor) / (2 * divisor)), longest)
    }

    private static func half(_ difference: Int) -> Int { difference >> 1 }

    /// Rows and columns of the target that show the image.
    public var rows: Range<Int> { max(0, top)..<min(target.height, top + scaled.height) }
    /// See `rows`.
    public var columns: Range<Int> { max(0, left)..<min(target.width, left + scaled.width) }
    /// How many of either.
    public var visible: ImageSize { ImageSize(height: rows.count, width: columns.count) }
    /// Whether some of the target shows nothing of the image.
    public var isPadded: Bool { visible != target }

    // Maps of `[height, width, channels]` values.

    /// What the target shows of a map of the reduced image, without padding.
    public func cut<Value>(scaled values: [Value], channels: Int = 1) -> [Value] {
        values.moved(
            from: scaled, to: visible, rows: top - rows.lowerBound,
            columns: left - columns.lowerBound, channels: channels)
    }

    /// The part of a map of the target that shows the image.
    public func cut<Value>(_ values: some Collection<Value>, channels: Int = 1) -> [Value] {
        Array(values).moved(
            from: target, to: visible, rows: -rows.lowerBound, columns: -columns.lowerBound,
            channels: channels)
    }

    /// A map of the target out of its part that shows the image, and `padding` around it.
    public func put<Value>(_ values: [Value], channels: Int = 1, padding: Value) -> [Value] {
        values.moved(
            from: visible, to: target, rows: rows.lowerBound, columns: columns.lowerBound,
            channels: channels, padding: padding)
    }

    /// A map of the whole reduced image out of one of the target; what the target does not show is
    /// `outside`.
    public func lifted<Value>(_ values: [Value], channels: Int = 1, outside: Value) -> [Value] {
        values.moved(
            from: target, to: scaled, rows: -top, columns: -left, channels: channels,
            padding: outside)
    }
}

extension Array {
    /// A map of another size in which this one is moved down and to the right; where it shows nothing
    /// there is `padding`, which nil says is nowhere.
    fileprivate func moved(
        from size: ImageSize, to other: ImageSize, rows: Int, columns: Int, channels: Int,
        padding: Element? = nil
    ) -> [Element] {
        precondition(
            count == size.pixels * channels,
            "\(count) values for \(size.width) x \(size.height) pixels of \(channels)")
        if size == other, rows == 0, columns == 0 { return self }
        let across = Swift.max(0, columns)..<Swift.min(other.width, columns + size.width)
        var result: [Element] = []
        result.reserveCapacity(other.pixels * channels)
        func pad(_ pixels: Int) {
            guard pixels > 0 else { return }
            guard let padding else { preconditionFailure("a map that ends inside of its part") }
            result.append(contentsOf: repeatElement(padding, count: pixels * channels))
        }
        for row in 0..<other.height {
            let own = row - rows
            guard own >= 0, own < size.height else {
                pad(other.width)
                continue
            }
            pad(across.lowerBound)
            let start = (own * size.width + across.lowerBound - columns) * channels
            result.append(contentsOf: self[start..<start + across.count * channels])
            pad(other.width - across.upperBound)
        }
        return result
    }
}
