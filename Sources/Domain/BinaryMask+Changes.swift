extension BinaryMask {
    /// The mask moved down and to the right; what comes in from outside is background.
    public func shifted(rows: Int, columns: Int) -> BinaryMask {
        var moved = [UInt8](repeating: 0, count: pixels.count)
        for row in max(0, rows)..<max(max(0, rows), min(height, height + rows)) {
            let across = max(0, columns)..<max(max(0, columns), min(width, width + columns))
            for column in across {
                moved[row * width + column] = pixels[(row - rows) * width + column - columns]
            }
        }
        return BinaryMask(moved, height: height, width: width)
    }

    /// The mask without the pixels that touch the background by a side, so many times; outside of
    /// the image counts as background.
    public func eroded(by times: Int) -> BinaryMask {
        var left = pixels
        for _ in 0..<times {
            let before = left
            for place in before.indices where before[place] == 1 {
                let (row, column) = (place / width, place % width)
                let isInside =
                    row > 0 && row < height - 1 && column > 0 && column < width - 1
                    && before[place - width] == 1 && before[place + width] == 1
                    && before[place - 1] == 1 && before[place + 1] == 1
                if !isInside { left[place] = 0 }
            }
        }
        return BinaryMask(left, height: height, width: width)
    }
}
