/// Cuts bytes that come in pieces into lines; keeps no more than a line's length.
struct LineSplitter {
    /// A line: its bytes, or how many there were of one that is too long.
    enum Line {
        case whole([UInt8])
        case long(Int)
    }

    private var rest: [UInt8] = []
    private var dropped = 0

    /// The lines that end in `bytes`.
    mutating func lines(adding bytes: some Sequence<UInt8>) -> [Line] {
        var lines: [Line] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                lines.append(take())
            } else if rest.count < LogLine.longest {
                rest.append(byte)
            } else {
                dropped += 1
            }
        }
        return lines
    }

    /// What came after the last end of a line; nil for nothing.
    mutating func last() -> Line? { rest.isEmpty ? nil : take() }

    private mutating func take() -> Line {
        defer { (rest, dropped) = ([], 0) }
        if dropped > 0 { return .long(rest.count + dropped) }
        if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
        return .whole(rest)
    }
}
