internal import Domain

/// Exact squared Euclidean distances to the nearest marked pixel.
///
/// Meijster, Roerdink and Hesselink 2000: "A general algorithm for computing distance transforms in
/// linear time". Whole numbers throughout, so the result is exact; in millimetres it is as exact as
/// float64 is.
enum DistanceTransform {
    /// Squared distance in pixels from every pixel to the nearest pixel of `marked` that is not 0,
    /// row by row. `marked` must hold at least one such pixel.
    static func squared(_ marked: [UInt8], height: Int, width: Int) -> [Int32] {
        precondition(marked.count == height * width && marked.contains { $0 != 0 })
        var columns = columnDistances(marked, height: height, width: width)
        var starts = [Int32](repeating: 0, count: width)
        var sites = [Int32](repeating: 0, count: width)
        var line = [Int32](repeating: 0, count: width)
        columns.withUnsafeMutableBufferPointer { all in
            starts.withUnsafeMutableBufferPointer { starts in
                sites.withUnsafeMutableBufferPointer { sites in
                    line.withUnsafeMutableBufferPointer { line in
                        for row in 0..<height {
                            let start = row * width
                            lowerEnvelope(
                                UnsafeMutableBufferPointer(rebasing: all[start..<start + width]),
                                starts: starts, sites: sites, line: line)
                        }
                    }
                }
            }
        }
        return columns
    }

    /// The same in square millimetres, where rows and columns may lie differently far apart (the lower
    /// envelope of parabolas, Felzenszwalb and Huttenlocher 2012).
    static func squared(
        _ marked: [UInt8], height: Int, width: Int, spacing: PixelSpacing
    ) -> [Double] {
        precondition(marked.count == height * width && marked.contains { $0 != 0 })
        let columns = columnDistances(marked, height: height, width: width)
        let far = Int32(height + width)
        var result = [Double](repeating: 0, count: height * width)
        var sites: [(place: Double, height: Double, start: Double)] = []
        for row in 0..<height {
            sites.removeAll(keepingCapacity: true)
            for column in 0..<width where columns[row * width + column] < far {
                let down = Double(columns[row * width + column]) * spacing.rows
                let place = Double(column) * spacing.columns, height = down * down
                var start = -Double.infinity
                while let last = sites.last {
                    start =
                        (height + place * place - last.height - last.place * last.place)
                        / (2 * (place - last.place))
                    if start > last.start { break }
                    sites.removeLast()
                    start = -Double.infinity
                }
                sites.append((place, height, start))
            }
            var index = 0
            for column in 0..<width {
                let place = Double(column) * spacing.columns
                while index + 1 < sites.count, sites[index + 1].start <= place { index += 1 }
                let across = place - sites[index].place
                result[row * width + column] = across * across + sites[index].height
            }
        }
        return result
    }

    /// Distance along the column to the nearest marked pixel; `height + width` where there is none.
    private static func columnDistances(_ marked: [UInt8], height: Int, width: Int) -> [Int32] {
        let far = Int32(height + width)
        var result = [Int32](repeating: far, count: height * width)
        marked.withUnsafeBufferPointer { marked in
            result.withUnsafeMutableBufferPointer { result in
                for index in 0..<width where marked[index] != 0 { result[index] = 0 }
                for index in width..<max(width, height * width) {
                    result[index] = marked[index] != 0 ? 0 : min(far, result[index - width] + 1)
                }
                for index in stride(from: (height - 1) * width - 1, through: 0, by: -1) {
                    result[index] = min(result[index], result[index + width] + 1)
                }
            }
        }
        return result
    }

    /// Replaces one row of column distances g by min over i of (x - i)^2 + g(i)^2.
    private static func lowerEnvelope(
        _ row: UnsafeMutableBufferPointer<Int32>, starts: UnsafeMutableBufferPointer<Int32>,
        sites: UnsafeMutableBufferPointer<Int32>, line: UnsafeMutableBufferPointer<Int32>
    ) {
        let width = Int32(row.count)
        func value(_ x: Int32, _ site: Int32) -> Int32 {
            let g = row[Int(site)]
            return (x - site) * (x - site) + g * g
        }
        var last = 0
        sites[0] = 0
        starts[0] = 0
        for u in 1..<max(1, width) {
            while last >= 0 && value(starts[last], sites[last]) > value(starts[last], u) {
                last -= 1
            }
            if last < 0 {
                last = 0
                sites[0] = u
                starts[0] = 0
            } else {
                let i = sites[last]
                let gi = row[Int(i)]
                let gu = row[Int(u)]
                let numerator = u * u - i * i + gu * gu - gi * gi
                let crossing = 1 + floorDivide(numerator, 2 * (u - i))
                if crossing < width {
                    last += 1
                    sites[last] = u
                    starts[last] = crossing
                }
            }
        }
        for x in stride(from: width - 1, through: 0, by: -1) {
            line[Int(x)] = value(x, sites[last])
            if x == starts[last] { last -= 1 }
        }
        for x in 0..<row.count { row[x] = line[x] }
    }

    private static func floorDivide(_ a: Int32, _ b: Int32) -> Int32 {
        let quotient = a / b
        return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient
    }
}
