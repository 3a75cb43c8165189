import Documents
import Programs
import Settings
import Training
import Yams

/// Reads experiment files and `--set` overrides into a `Spec`.
///
/// Every key is checked: an unknown one is an error with its place and the nearest known name.
struct SpecReader {
    let path: String
    let vocabulary: Vocabulary

    /// What has been read so far; overrides replace entries before the axes are built.
    var words: [String: Written] = [:]
    var axes: [String: Axis] = [:]
    /// The axes as the file has them, whatever overrides say.
    var axesOfFile: [String: Axis] = [:]
    var exclusions: [[String: [Written]]] = []
    var search: SearchReader.Result?
    /// The data sets on which runs are evaluated.
    var evaluate: [Written] = []
    /// The program that trains, and where the file says so.
    var trainer: (program: TrainingProgram, at: Place)?
    /// Whether only one cell is asked for, so that a list of values is none.
    var isOfOneCell = false

    /// A cell of which nothing is said yet but who trains it.
    var blankCell: Cell {
        var cell = Cell()
        if let trainer { cell.train(by: trainer.program) }
        return cell
    }

    /// An axis as it was written.
    struct Axis {
        var values: [Written]
        var at: Place
    }

    /// Beside these, keys that begin with `x-` are a place for anchors and are not looked into.
    private static let topKeys = [
        "name", "description", "report", "data", "grid", "train", "exclude", "search", "evaluate",
        "trainer",
    ]
    private static let evaluateKey = "evaluate"
    private static let wordKeys = ["name", "description", "report", "data"]
    static let trainKeys = TrainingSettings.fields.map(\.name)

    init(path: String, vocabulary: Vocabulary) {
        self.path = path
        self.vocabulary = vocabulary
    }

    // MARK: The file

    mutating func read(_ text: String) throws {
        let root = try YAMLText.root(of: text) { [path] line, column in
            .file(path: path, line: line, column: column)
        }
        guard let root else { throw SpecError.missingKey("name", path: path) }
        guard let entries = root.entries else {
            throw SpecError.syntax(
                at: place(of: root), problem: "expected keys such as 'name:' and 'grid:'")
        }
        // What stands under the other keys depends on it.
        if let (key, value) = entries.first(where: { $0.key.shortText == "trainer" }) {
            trainer = (try TrainerReader(path: path, place: place(of:)).read(value), place(of: key))
        }
        let blank = blankCell
        for (keyNode, value) in entries {
            let key = keyNode.shortText
            switch key {
            case "trainer": break
            case "grid":
                try readAxes(value, section: key, known: blank.axisNames + [Cell.seedAxis])
            case "train": try readAxes(value, section: key, known: blank.settingNames)
            case "exclude": try readExclusions(value)
            case Self.evaluateKey: evaluate = try datasets(of: value, place: place(of:))
            case "search":
                search = try SearchReader(
                    place: place(of:), vocabulary: vocabulary, blank: blank
                ).read(value)
            case _ where Self.wordKeys.contains(key):
                guard let text = value.scalarText else {
                    throw bad(key, value, "one text")
                }
                words[key] = Written(text: text, at: place(of: value))
            case _ where key.hasPrefix("x-"): break
            default:
                throw SpecError.unknownKey(
                    key, section: nil, at: place(of: keyNode), known: Self.topKeys)
            }
        }
        axesOfFile = axes
    }

    private mutating func readAxes(_ node: Node, section: String, known: [String]) throws {
        guard let entries = node.entries else {
            throw bad(section, node, "keys such as '\(known[0]):'")
        }
        for (keyNode, value) in entries {
            let key = keyNode.shortText
            guard known.contains(key) || section == "train" && blankCell.isFree(key) else {
                throw SpecError.unknownKey(
                    key, section: section, at: place(of: keyNode), known: known)
            }
            let values = try values(of: value, for: key, place: place(of:))
            axes[key] = Axis(values: values, at: place(of: keyNode))
        }
    }

    private mutating func readExclusions(_ node: Node) throws {
        let expected = "a list of combinations such as '- {model: unet, loss: tv}'"
        guard case .sequence(let combinations) = node else {
            throw bad("exclude", node, expected)
        }
        for combination in combinations {
            guard let entries = combination.entries, !entries.isEmpty else {
                throw bad("exclude", combination, expected)
            }
            var values: [String: [Written]] = [:]
            for (keyNode, value) in entries {
                let key = keyNode.shortText
                guard blankCell.knows(key) else {
                    throw SpecError.unknownKey(
                        key, section: "exclude", at: place(of: keyNode),
                        known: blankCell.knownKeys)
                }
                let written = try self.values(of: value, for: key, place: place(of:)).map {
                    Written(text: vocabulary.name($0.text, of: key), at: $0.at)
                }
                values[key] = try canonical(written, of: key)
            }
            exclusions.append(values)
        }
    }

    // MARK: Overrides

    /// Applies one `key=value` of `--set`; `seed=[1, 2]` is an axis.
    mutating func override(_ assignment: String) throws {
        let at = Place.option("--set \(assignment)")
        guard let (key, value) = Self.parts(of: assignment) else {
            throw SpecError.badValue(
                key: "--set", found: assignment, expected: "key=value such as epochs=5", at: at)
        }
        try override(key, with: value, at: at)
    }

    /// Whether an assignment of `--set` is about the cells, rather than words beside them.
    static func changesCells(_ assignment: String) -> Bool {
        parts(of: assignment).map { !(wordKeys + [evaluateKey]).contains($0.key) } ?? false
    }

    /// Key and value of an assignment, the key without its section.
    private static func parts(of assignment: String) -> (key: String, value: String)? {
        guard let equals = assignment.firstIndex(of: "=") else { return nil }
        var key = String(assignment[..<equals])
        for prefix in ["grid.", "train."] where key.hasPrefix(prefix) {
            key.removeFirst(prefix.count)
        }
        return (key, String(assignment[assignment.index(after: equals)...]))
    }

    /// Replaces what the file says about `key` by the value of an option.
    mutating func override(_ key: String, with text: String, at place: Place) throws {
        if Self.wordKeys.contains(key) {
            words[key] = Written(text: text, at: place)
            return
        }
        guard blankCell.knows(key) || key == Self.evaluateKey else {
            throw SpecError.unknownKey(
                key, section: nil, at: place,
                known: Self.wordKeys + [Self.evaluateKey] + blankCell.knownKeys)
        }
        let node = try optionValue(text, of: key, at: place)
        if key == Self.evaluateKey {
            evaluate = try datasets(of: node) { _ in place }
            return
        }
        axes[key] = Axis(values: try values(of: node, for: key) { _ in place }, at: place)
    }

    /// The one value, or the list of values, that an option has for a key.
    private func optionValue(_ text: String, of key: String, at place: Place) throws -> Node {
        func bad(_ expected: String) -> SpecError {
            let found = text.count > 40 ? text.prefix(40) + "…" : text
            return .badValue(key: key, found: found, expected: expected, at: place)
        }
        guard text.utf8.count <= YAMLText.mostBytes else {
            throw bad("a value that is not longer than 1,500,000 bytes")
        }
        let kind = blankCell.kind(of: key)
        // Spaces round a number mean nothing; those of a name belong to it.
        let isName = kind == nil && !blankCell.isFree(key)
        let node: Node
        do throws(OptionValueFault) {
            node = try OptionValueReader.node(of: text, keepingSpaces: isName)
        } catch {
            throw bad(error.expected)
        }
        if isOfOneCell, case .sequence(let values) = node {
            let isOneValue =
                kind?.isOneValue(listOf: values.count) == true
                && values.allSatisfy { $0.scalarText != nil }
            guard isOneValue else {
                throw bad("one value: 'train' trains one cell, and lists are for experiment files")
            }
        }
        return node
    }

    // MARK: Values

    /// The values as `Cell.text(of:)` writes them, without repetitions; also checks them.
    func canonical(_ values: [Written], of key: String) throws -> [Written] {
        var seen: Set<String> = []
        return try values.compactMap { value in
            var cell = blankCell
            try cell.set(key, to: value.text, at: value.at, vocabulary: vocabulary)
            guard let text = cell.text(of: key), seen.insert(text).inserted else { return nil }
            return Written(text: text, at: value.at)
        }
    }

    /// The data sets of `evaluate`; an empty list takes away what the file says.
    private func datasets(of node: Node, place: (Node) -> Place) throws -> [Written] {
        if case .sequence(let list) = node, list.isEmpty { return [] }
        return try values(of: node, for: Self.evaluateKey, place: place).map {
            Written(text: vocabulary.name($0.text, of: "dataset"), at: $0.at)
        }
    }

    private func values(of node: Node, for key: String, place: (Node) -> Place) throws -> [Written]
    {
        let isFree = blankCell.isFree(key)
        let values = node.axisValues(of: blankCell.kind(of: key), place: place) {
            isFree ? $0.freeText : $0.scalarText
        }
        guard let values else {
            throw SpecError.badValue(
                key: key, found: node.shortText,
                expected: "one value or a list of values, at least one", at: place(node))
        }
        guard values.count <= SweepPlan.mostCells else {
            throw SpecError.tooManyCells(
                axes: [key: values.count], most: SweepPlan.mostCells, path: path)
        }
        return values
    }

    private func place(of node: Node) -> Place {
        .file(path: path, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    private func bad(_ key: String, _ node: Node, _ expected: String) -> SpecError {
        .badValue(key: key, found: node.shortText, expected: expected, at: place(of: node))
    }
}
