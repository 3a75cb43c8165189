extension BinaryMask {
    /// What K maps of probabilities say that each pixel shows: `[K][height * width]` of 0 or 1.
    ///
    /// Independent maps are thresholded each, from one half. Of maps that exclude each other a pixel
    /// shows the most probable structure, or none where the background, whose probability is the rest
    /// to 1, is more probable; of equal ones the first.
    public static func foreground(_ maps: [[Float]], areExclusive: Bool) -> [[UInt8]] {
        guard areExclusive, let first = maps.first else { return maps.map(foreground) }
        var masks = maps.map { [UInt8](repeating: 0, count: $0.count) }
        for pixel in first.indices {
            var best = 0
            var rest = 1 - first[pixel]
            for map in maps.indices.dropFirst() {
                rest -= maps[map][pixel]
                if maps[map][pixel] > maps[best][pixel] { best = map }
            }
            if maps[best][pixel] >= rest { masks[best][pixel] = 1 }
        }
        return masks
    }
}
