extension BinaryMask {
    /// The connected parts of the foreground (neighbours share a side or a corner), each as places of
    /// its pixels in `pixels`: the largest first, of equal ones the one whose first pixel comes first.
    public var components: [[Int]] {
        var isOpen = pixels.map { $0 == 1 }
        var parts: [[Int]] = []
        for start in pixels.indices where isOpen[start] {
            var part = [start]
            isOpen[start] = false
            var next = 0
            while next < part.count {
                let (row, column) = (part[next] / width, part[next] % width)
                next += 1
                for y in max(row - 1, 0)...min(row + 1, height - 1) {
                    for x in max(column - 1, 0)...min(column + 1, width - 1)
                    where isOpen[y * width + x] {
                        isOpen[y * width + x] = false
                        part.append(y * width + x)
                    }
                }
            }
            parts.append(part)
        }
        return parts.enumerated().sorted {
            ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
        }.map(\.element)
    }

    /// The mask with its `count` largest connected parts alone.
    public func keepingLargest(_ count: Int) -> BinaryMask {
        var kept = [UInt8](repeating: 0, count: pixels.count)
        for part in components.prefix(count) {
            for place in part { kept[place] = 1 }
        }
        return BinaryMask(kept, height: height, width: width)
    }
}
