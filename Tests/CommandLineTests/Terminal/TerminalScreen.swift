/// What a terminal shows after the bytes that a program sent: enough of a VT100 for pagers, bars
/// and tables. Lines that leave at the top are kept.
struct TerminalScreen {
    private(set) var columns: Int
    private(set) var rows: Int
    /// Lines that have scrolled out, oldest first.
    private(set) var history: [String] = []
    /// Whether the cursor can be seen.
    private(set) var hasCursor = true
    /// How often the bell has rung.
    private(set) var bells = 0
    /// Escape sequences that this terminal does not know.
    private(set) var unknown: [String] = []
    private var lines: [[Character]]
    private var row = 0, column = 0
    private var sequence: String?
    private var isInEcho = false
    private var pending: [UInt8] = []

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        lines = Array(repeating: [], count: rows)
    }

    /// The lines on the screen, without blanks at their ends.
    var shown: [String] { lines.map(Self.trimmed) }

    /// Everything since the beginning, without empty lines at the end.
    var text: String {
        var all = history + shown
        while all.last == "" { all.removeLast() }
        return all.joined(separator: "\n")
    }

    /// Gives the window another size; a line that no longer fits goes on in the next, as in most
    /// terminals.
    mutating func resize(columns: Int, rows: Int) {
        var wrapped: [[Character]] = []
        var cursor = 0
        for (index, line) in lines.enumerated() {
            if index == row { cursor = wrapped.count + column / columns }
            let count = max(1, (line.count + columns - 1) / columns)
            wrapped += (0..<count).map { Array(line.dropFirst($0 * columns).prefix(columns)) }
        }
        while wrapped.count > max(rows, cursor + 1), wrapped.last == [] { wrapped.removeLast() }
        while wrapped.count > rows {
            history.append(Self.trimmed(wrapped.removeFirst()))
            cursor = max(0, cursor - 1)
        }
        while wrapped.count < rows { wrapped.append([]) }
        (self.columns, self.rows) = (columns, rows)
        (lines, row, column) = (wrapped, min(cursor, rows - 1), column % columns)
    }

    mutating func feed(_ bytes: some Sequence<UInt8>) {
        pending += bytes
        // A sign that has not arrived whole waits for the rest.
        var end = pending.count
        for back in 1...4 where back <= pending.count {
            let byte = pending[pending.count - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            if length > back { end = pending.count - back }
            break
        }
        let text = String(decoding: pending[..<end], as: UTF8.self)
        pending = Array(pending[end...])
        for scalar in text.unicodeScalars { take(scalar) }
    }

    // MARK: Signs

    private mutating func take(_ scalar: Unicode.Scalar) {
        if isInEcho {
            isInEcho = false
            return
        }
        if var open = sequence {
            // Ctrl-C drops what the terminal has not taken yet, and its echo comes there: a sequence
            // may end in the middle, and the next begins.
            isInEcho = scalar == "^"
            if scalar == "\u{1B}" { sequence = "" }
            if isInEcho || scalar == "\u{1B}" { return }
            open.unicodeScalars.append(scalar)
            sequence = Self.isWhole(open) ? nil : open
            if sequence == nil { obey(open) }
            return
        }
        switch scalar {
        case "\u{1B}": sequence = ""
        case "\r": column = 0
        case "\n": feedLine()
        case "\u{8}": column = max(0, column - 1)
        case "\t": column = min(columns - 1, (column / 8 + 1) * 8)
        case "\u{7}": bells += 1
        default: put(Character(scalar))
        }
    }

    private mutating func put(_ character: Character) {
        if column >= columns {
            column = 0
            feedLine()
        }
        while lines[row].count <= column { lines[row].append(" ") }
        lines[row][column] = character
        column += 1
    }

    private mutating func feedLine() {
        if row + 1 < rows {
            row += 1
        } else {
            history.append(Self.trimmed(lines.removeFirst()))
            lines.append([])
        }
    }

    // MARK: Sequences

    private static func isWhole(_ sequence: String) -> Bool {
        guard let first = sequence.first else { return false }
        if first == "[" { return sequence.count > 1 && ("@"..."~").contains(sequence.last ?? " ") }
        if first == "]" { return sequence.last == "\u{7}" }
        return first != "(" || sequence.count == 2
    }

    private mutating func obey(_ sequence: String) {
        let body = sequence.dropFirst().dropLast()
        let numbers = body.split(separator: ";").compactMap { Int($0) }
        let number = numbers.first ?? 0
        switch (sequence.first, sequence.last) {
        case ("[", "m"), ("=", _), (">", _), ("]", _): break
        case ("[", "A"): row = max(0, row - max(1, number))
        case ("[", "B"): row = min(rows - 1, row + max(1, number))
        case ("[", "C"): column = min(columns - 1, column + max(1, number))
        case ("[", "D"): column = max(0, column - max(1, number))
        case ("[", "H"):
            row = min(rows, max(1, number)) - 1
            column = min(columns, max(1, numbers.count > 1 ? numbers[1] : 1)) - 1
        case ("[", "J"): erase(below: number)
        case ("[", "K"):
            if number == 0 {
                lines[row] = Array(lines[row].prefix(column))
            } else {
                lines[row] = []
            }
        case ("[", "h") where body == "?25": hasCursor = true
        case ("[", "l") where body == "?25": hasCursor = false
        case ("[", "h") where body.hasPrefix("?"), ("[", "l") where body.hasPrefix("?"): break
        case ("M", _):
            if row > 0 {
                row -= 1
            } else {
                lines.insert([], at: 0)
                lines.removeLast()
            }
        default: unknown.append(sequence)
        }
    }

    private mutating func erase(below mode: Int) {
        if mode == 0 {
            lines[row] = Array(lines[row].prefix(column))
            for line in lines.indices.dropFirst(row + 1) { lines[line] = [] }
        } else {
            lines = Array(repeating: [], count: rows)
        }
    }

    private static func trimmed(_ line: [Character]) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return String(line)
    }
}
