/// What the values of label maps show: a table of values and names.
///
/// A pixel of gray 0, a black one and a transparent one are background unless the table says
/// otherwise of 0 or of `#000000`.
public struct MaskLabels: Sendable, Hashable {
    /// A value as people write it.
    public enum Value: Sendable, Hashable {
        /// A gray, or an entry of a palette.
        case number(Int)
        /// A colour of 8 bits a channel.
        case colour(red: Int, green: Int, blue: Int)
    }

    /// What pixels of a value show.
    public enum Meaning: Sendable, Hashable {
        /// Nothing: the value is called `background`.
        case background
        /// Nothing that is trained: the value is called `ignore`.
        case ignored
        /// A structure, by its name.
        case structure(String)

        /// What a name in a table stands for.
        public init(name: String) {
            switch name.lowercased() {
            case "background": self = .background
            case "ignore": self = .ignored
            default: self = .structure(name)
            }
        }

        /// The name in a table.
        public var name: String {
            switch self {
            case .background: "background"
            case .ignored: "ignore"
            case .structure(let name): name
            }
        }
    }

    /// A row of the table.
    public struct Entry: Sendable, Hashable {
        /// The value.
        public let value: Value
        /// What its pixels show.
        public let meaning: Meaning

        /// A row.
        public init(_ value: Value, _ meaning: Meaning) {
            self.value = value
            self.meaning = meaning
        }
    }

    /// The rows, in the order of the table.
    public let entries: [Entry]
    /// Where they are from, for messages: `structures.csv`.
    public let table: String
    private let meanings: [Value: Meaning]

    /// A table; of a value that stands there twice the first row counts.
    public init(_ entries: [Entry], table: String) {
        self.entries = entries
        self.table = table
        meanings = Dictionary(
            entries.map { ($0.value, $0.meaning) }, uniquingKeysWith: { a, _ in a })
    }

    /// The names of the structures, each once, in the order of the table.
    public var structures: [String] {
        var seen: Set<String> = []
        return entries.compactMap { entry in
            guard case .structure(let name) = entry.meaning else { return nil }
            return seen.insert(name).inserted ? name : nil
        }
    }

    /// The values of a structure, sorted, for people and fingerprints.
    public func values(of structure: String) -> [String] {
        entries.filter { $0.meaning == .structure(structure) }.map(\.value.text).sorted()
    }

    /// What a number shows; nil where the table does not say.
    func meaning(ofNumber number: Int) -> Meaning? {
        meanings[.number(number)] ?? (number == 0 ? .background : nil)
    }

    /// What the gray or colour of a pixel shows; nil where the table does not say.
    func meaning(of value: MaskValue) -> Meaning? {
        if value.isTransparent { return .background }
        guard value.alpha == value.maximum else { return nil }
        if value.isGray, let meaning = meanings[.number(Int(value.red))] { return meaning }
        if let colour = value.colour, let meaning = meanings[colour] { return meaning }
        return value.isBlack ? meaning(ofNumber: 0) : nil
    }
}

extension MaskLabels.Value: CustomStringConvertible {
    /// Reads `3`, `#ff8000`, `255 128 0`, `255, 128, 0` or `(255, 128, 0)`; nil for anything else.
    public init?(_ text: String) {
        var text = text[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        if text.first == "#" {
            let digits = text.dropFirst()
            guard digits.utf8.count == 6, digits.first != "+", digits.first != "-",
                let code = Int(digits, radix: 16)
            else { return nil }
            self = .colour(red: code >> 16, green: code >> 8 & 255, blue: code & 255)
            return
        }
        if text.first == "(" && text.last == ")" { text = text.dropFirst().dropLast() }
        let parts = text.split { $0 == "," || $0 == " " }
        let numbers = parts.compactMap { Self.number($0) }
        guard numbers.count == parts.count else { return nil }
        if numbers.count == 1, numbers[0] <= 65535 {
            self = .number(numbers[0])
        } else if numbers.count == 3, numbers.allSatisfy({ $0 <= 255 }) {
            self = .colour(red: numbers[0], green: numbers[1], blue: numbers[2])
        } else {
            return nil
        }
    }

    /// Up to seven digits, perhaps with `.0` behind them, as tables with gaps have.
    private static func number(_ text: Substring) -> Int? {
        let digits = text.hasSuffix(".0") ? text.dropLast(2) : text
        guard (1...7).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return Int(digits)
    }

    /// As people write it: `3`, `#ff8000`.
    public var text: String {
        switch self {
        case .number(let number): return String(number)
        case .colour(let red, let green, let blue):
            let digits = String(red << 16 | green << 8 | blue, radix: 16)
            return "#" + String(repeating: "0", count: 6 - digits.count) + digits
        }
    }

    /// The same.
    public var description: String { text }

    /// Another way to write the same gray; nil where there is none.
    package var twin: Self? {
        switch self {
        case .number(let gray) where gray <= 255: .colour(red: gray, green: gray, blue: gray)
        case .colour(let red, let green, let blue) where red == green && green == blue:
            .number(red)
        default: nil
        }
    }
}

extension MaskValue {
    /// The colour in 8 bits a channel; nil where it does not fit.
    var colour: MaskLabels.Value? {
        let unit = Int(maximum) / 255
        let channels = [red, green, blue].map(Int.init)
        guard unit > 0, channels.allSatisfy({ $0 % unit == 0 && $0 / unit <= 255 }) else {
            return nil
        }
        return .colour(
            red: channels[0] / unit, green: channels[1] / unit, blue: channels[2] / unit)
    }

    /// As tables of labels write it.
    var label: String {
        if isGray || isTransparent || alpha < maximum { return text }
        return colour?.text ?? text
    }
}
