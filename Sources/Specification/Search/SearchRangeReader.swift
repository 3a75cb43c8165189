import Documents
import Settings
import Training
import Yams

/// Reads what one parameter of a search may be: `{uniform: [0, 1]}`, `{choice: [8, 16]}`.
struct SearchRangeReader {
    let key: String
    let place: (Node) -> Place
    let vocabulary: Vocabulary
    /// A cell of which nothing is said yet.
    let blank: Cell

    private static let ranges = ["uniform", "log-uniform", "integer", "choice"]

    /// The range, every value of which the key may have.
    func read(_ node: Node) throws -> SearchRange {
        guard let entries = node.entries, entries.count == 1, let (name, value) = entries.first,
            let kind = name.scalarText
        else { throw bad(node, "a range such as \(example)") }
        guard Self.ranges.contains(kind) else {
            throw SpecError.unknownKey(kind, section: key, at: place(name), known: Self.ranges)
        }
        let range = try kind == "choice" ? choice(value) : numbers(value, kind)
        if isForAnotherKind(range) { throw bad(node, "a range such as \(example)") }
        // The ends of the range must be values that the key may have.
        for end in [0.0, 1 - 1e-12] where range.names == nil {
            var cell = blank
            try cell.set(
                key, to: range.text(of: range.point(at: end)), at: place(value),
                vocabulary: vocabulary)
        }
        return range
    }

    private func numbers(_ node: Node, _ kind: String) throws -> SearchRange {
        guard case .sequence(let sequence) = node, sequence.count == 2,
            let low = NumberText.number(sequence[0].scalarText ?? ""),
            let high = NumberText.number(sequence[1].scalarText ?? ""), low < high
        else { throw bad(node, "two rising numbers") }
        switch kind {
        case "uniform": return .uniform(low...high)
        case "log-uniform":
            guard low > 0 else { throw bad(node, "two rising numbers above 0") }
            return .logUniform(low...high)
        default:
            guard let low = Int(exactly: low), let high = Int(exactly: high) else {
                throw bad(node, "two rising whole numbers")
            }
            return .integer(low...high)
        }
    }

    private func choice(_ node: Node) throws -> SearchRange {
        guard case .sequence = node,
            let values = node.axisValues(of: kind, place: place)
        else { throw bad(node, "a list of values, at least one") }
        var seen: Set<String> = []
        var cell = blank
        return .choice(
            try values.compactMap { value in
                try cell.set(key, to: value.text, at: value.at, vocabulary: vocabulary)
                let text = cell.text(of: key) ?? value.text
                return seen.insert(text).inserted ? text : nil
            })
    }

    // MARK: What the key holds

    private var kind: SettingKind? { blank.kind(of: key) }

    /// Whether the range has values between its ends that the key cannot have.
    private func isForAnotherKind(_ range: SearchRange) -> Bool {
        switch (range, kind) {
        case _ where blank.isFree(key): false
        case (.choice, _), (_, .number), (.integer, .integer), (.integer, .integerOrWord): false
        default: true
        }
    }

    private var example: String {
        switch kind {
        case .number: "{log-uniform: [1e-5, 1e-2]}"
        case .integer, .integerOrWord: "{integer: [8, 32]} or {choice: [8, 16, 32]}"
        case .size: "{choice: [64, 128, [128, 64]]}"
        case .flag: "{choice: [true, false]}"
        case .choice(let names): "{choice: [\(names.joined(separator: ", "))]}"
        case .numbers: "{choice: [[1, 1, 1, 1], [0.1, 0.2, 0.3, 0.4]]}"
        case .names: "{choice: [[lungs], [lungs, heart]]}"
        case nil where blank.isFree(key): "{uniform: [0, 1]} or {choice: [a, b]}"
        case nil: "{choice: […]} with names"
        }
    }

    private func bad(_ node: Node, _ expected: String) -> SpecError {
        .badValue(key: key, found: node.shortText, expected: expected, at: place(node))
    }
}
