/// The rows of a JPEG-LS scan, one after the other.
struct JPEGLSScan {
    private var model: JPEGLSModel
    private var bits: JPEGLSBits
    private let width: Int
    private let parts: Int
    private let isBySample: Bool
    /// The row above and the row in work of each component, with a sample more at either end.
    private var above: [[Int]]
    private var row: [[Int]]
    /// How long runs have been, by component.
    private var runIndex: [Int]

    /// The bits of a run's rest, by how long runs have been.
    private static let orders = [
        0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12,
        13, 14, 15,
    ]

    init(
        _ bytes: [UInt8], from position: Int, model: JPEGLSModel, width: Int, parts: Int,
        isBySample: Bool
    ) {
        self.model = model
        bits = JPEGLSBits(bytes, from: position)
        self.width = width
        self.parts = parts
        self.isBySample = isBySample
        let empty = [[Int]](repeating: [Int](repeating: 0, count: width + 2), count: parts)
        (above, row) = (empty, empty)
        runIndex = [Int](repeating: 0, count: parts)
    }

    /// The place of the marker behind the scan.
    var end: Int { bits.end }

    /// Reads the next row of every component; false where the data end or make no sense.
    mutating func readRow() -> Bool {
        swap(&above, &row)
        for part in 0..<parts {
            row[part][0] = above[part][1]
            above[part][width + 1] = above[part][width]
        }
        if isBySample { return readTogether(Array(0..<parts)) }
        for part in 0..<parts {
            if !readTogether([part]) { return false }
        }
        return true
    }

    /// Puts the row into a picture of `count` components, of which the scan's begin at `first`.
    func store(in samples: inout [UInt16], row y: Int, first: Int, of count: Int) {
        for part in 0..<parts {
            for x in 0..<width {
                samples[(y * width + x) * count + first + part] = UInt16(row[part][x + 1])
            }
        }
    }

    /// Reads a row of components that run together.
    private mutating func readTogether(_ parts: [Int]) -> Bool {
        var x = 1
        while x <= width {
            var isFlat = true
            for part in parts where context(part, x) != 0 { isFlat = false }
            if isFlat {
                guard let next = readRun(parts, from: x) else { return false }
                x = next
                continue
            }
            for part in parts {
                let sample = model.sample(
                    context(part, x), left: row[part][x - 1], above: above[part][x],
                    corner: above[part][x - 1], &bits)
                guard let sample else { return false }
                row[part][x] = sample
            }
            x += 1
        }
        return true
    }

    private func context(_ part: Int, _ x: Int) -> Int {
        model.context(
            left: row[part][x - 1], above: above[part][x], corner: above[part][x - 1],
            next: above[part][x + 1])
    }

    /// Reads a run and the sample that ends it; gives the column behind them.
    private mutating func readRun(_ parts: [Int], from start: Int) -> Int? {
        let index = parts[0]
        var x = start
        func order(_ value: Int) -> Int { Self.orders[value] }
        while true {
            guard let bit = bits.read(1) else { return nil }
            let bitsOfRest = order(runIndex[index])
            guard bit == 0 else {
                let count = min(1 << bitsOfRest, width + 1 - x)
                fill(parts, from: x, count)
                x += count
                if count == 1 << bitsOfRest { runIndex[index] = min(runIndex[index] + 1, 31) }
                if x > width { return x }
                continue
            }
            guard let rest = bits.read(bitsOfRest), x + rest <= width else { return nil }
            fill(parts, from: x, rest)
            x += rest
            for part in parts {
                let sample = model.interruption(
                    left: row[part][x - 1], above: above[part][x], order: bitsOfRest,
                    isBySample: parts.count > 1, &bits)
                guard let sample else { return nil }
                row[part][x] = sample
            }
            runIndex[index] = max(runIndex[index] - 1, 0)
            return x + 1
        }
    }

    private mutating func fill(_ parts: [Int], from x: Int, _ count: Int) {
        for part in parts {
            let value = row[part][x - 1]
            for column in x..<x + count { row[part][column] = value }
        }
    }
}

/// The bits of a scan: after a byte of ones only seven of the next byte count.
struct JPEGLSBits {
    private let bytes: [UInt8]
    private var position: Int
    private var held: UInt64 = 0
    private var count = 0

    init(_ bytes: [UInt8], from position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// The place of the next marker, or the end of all bytes.
    var end: Int {
        var place = position
        while place + 1 < bytes.count, !(bytes[place] == 0xFF && bytes[place + 1] >= 0x80) {
            place += 1
        }
        return place
    }

    private mutating func fill() {
        while count <= 48, position < bytes.count {
            let byte = bytes[position]
            if byte == 0xFF, position + 1 >= bytes.count || bytes[position + 1] >= 0x80 { return }
            let isStuffed = position > 0 && bytes[position - 1] == 0xFF && hasRead
            held = held << (isStuffed ? 7 : 8) | UInt64(isStuffed ? byte & 0x7F : byte)
            count += isStuffed ? 7 : 8
            position += 1
            hasRead = true
        }
    }

    /// Whether the byte before belongs to the scan.
    private var hasRead = false

    /// The next bits as a number; nil where there are no more.
    mutating func read(_ wanted: Int) -> Int? {
        if count < wanted { fill() }
        guard count >= wanted else { return nil }
        count -= wanted
        return Int(held >> UInt64(count) & (1 << UInt64(wanted) - 1))
    }

    /// A Golomb code: as many zeros as the number's high part, a one, and its low bits; or, after the
    /// most zeros that are allowed, the number itself.
    mutating func code(_ parameter: Int, limit: Int, errorBits: Int) -> Int? {
        let most = limit - errorBits - 1
        var high = 0
        while true {
            guard let bit = read(1) else { return nil }
            if bit == 1 { break }
            high += 1
            guard high <= most else { return nil }
        }
        if high == most { return read(errorBits).map { $0 + 1 } }
        guard parameter <= 32, let low = read(parameter) else { return nil }
        return high << parameter | low
    }
}
