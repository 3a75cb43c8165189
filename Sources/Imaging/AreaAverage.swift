internal import CImageCodecs

/// Reduction (or enlargement) by exact area average: every target pixel is the mean of the source
/// over the rectangle that it covers, pixels cut by the border counted by their covered fraction.
///
/// Sums are exact integers, so the result does not depend on the order of the work. This is
/// `cv2.INTER_AREA` for shrinking factors. Both sides are scaled on their own: a 4892 x 4020 image
/// becomes square, as in the published pipelines.
public enum AreaAverage {
    /// Means over `width * height` target pixels of `channels` channels, channels innermost; where there
    /// are fewer planes, the last one is that of the other channels too.
    public static func reduce(
        _ planes: [GrayImage], channels: Int, width: Int, height: Int
    ) -> [Float] {
        let means = planes.prefix(channels).map { reduce($0, width: width, height: height) }
        if channels == 1 { return means[0] }
        return (0..<width * height).flatMap { pixel in
            (0..<channels).map { means[min($0, means.count - 1)][pixel] }
        }
    }

    /// Means over `width * height` target pixels. Sides must be 1...65535.
    public static func reduce(_ image: GrayImage, width: Int, height: Int) -> [Float] {
        let area = AreaAccumulator(
            width: image.width, height: image.height, outWidth: width, outHeight: height)
        guard let area else {
            preconditionFailure(
                "cannot reduce \(image.width) x \(image.height) to \(width) x \(height)")
        }
        image.pixels.withUnsafeBufferPointer { pixels in
            guard let base = pixels.baseAddress else { return }
            for row in 0..<image.height { codec_area_add(area.handle, base + row * image.width) }
        }
        return area.finish().means
    }
}

/// Owns the C accumulator of one reduction.
final class AreaAccumulator {
    let handle: OpaquePointer
    private let count: Int

    /// Nil when a side is outside 1...65535 or memory is short.
    init?(width: Int, height: Int, outWidth: Int, outHeight: Int) {
        guard
            let w = UInt32(exactly: width), let h = UInt32(exactly: height),
            let ow = UInt32(exactly: outWidth), let oh = UInt32(exactly: outHeight),
            let area = codec_area_create(w, h, ow, oh)
        else { return nil }
        handle = area
        count = outWidth * outHeight
    }

    deinit { codec_area_destroy(handle) }

    /// The means and the largest source value; every row must have been added.
    func finish() -> (means: [Float], largest: UInt16) {
        var largest: UInt16 = 0
        let means = [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
            if let base = buffer.baseAddress { largest = codec_area_finish(handle, base) }
            initialised = count
        }
        return (means, largest)
    }
}
