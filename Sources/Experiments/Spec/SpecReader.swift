import Foundation
import Training
import Yams

/// Reads experiment files and `--set` overrides into a `Spec`.
///
/// Every key is checked: an unknown one is an error with its line and the nearest known name.
struct SpecReader {
    let path: String
    let vocabulary: Vocabulary

    /// What has been read so far; overrides replace entries before the axes are built.
    private var words: [String: (text: String, at: Place)] = [:]
    private var axes: [String: (texts: [String], at: Place)] = [:]
    private var exclusions: [Spec.Exclusion] = []
    private var search: SearchSpec?

    private static let topKeys = [
        "name", "description", "report", "data", "grid", "train", "exclude", "search",
    ]
    private static let wordKeys = ["name", "description", "report", "data"]
    private static let gridKeys = Cell.identityAxes + [Cell.seedAxis]
    private static let trainKeys = TrainingSettings.fields.map(\.name)

    init(path: String, vocabulary: Vocabulary) {
        self.path = path
        self.vocabulary = vocabulary
    }

    // MARK: The file

    mutating func read(_ text: String) throws {
        guard let root = try YAMLText.root(of: text, place: { .line(path: path, line: $0) }) else {
            throw SpecError.missingKey("name", path: path)
        }
        guard case .mapping(let mapping) = root else {
            throw SpecError.syntax(
                at: place(of: root), problem: "expected keys such as 'name:' and 'grid:'")
        }
        for (keyNode, value) in mapping {
            let key = keyNode.string ?? ""
            switch key {
            case "grid": try readAxes(value, section: key, known: Self.gridKeys)
            case "train": try readAxes(value, section: key, known: Self.trainKeys)
            case "exclude": try readExclusions(value)
            case "search":
                search = try SearchReader(
                    place: { [path] node in .line(path: path, line: node.mark?.line ?? 1) },
                    vocabulary: vocabulary
                ).read(value)
            case _ where Self.wordKeys.contains(key):
                guard case .scalar(let scalar) = value else {
                    throw bad(key, "a list", "one text", place(of: value))
                }
                words[key] = (scalar.string, place(of: value))
            default:
                throw SpecError.unknownKey(
                    key, section: nil, at: place(of: keyNode), known: Self.topKeys)
            }
        }
    }

    private mutating func readAxes(_ node: Node, section: String, known: [String]) throws {
        guard case .mapping(let mapping) = node else {
            throw bad(section, "not a list of keys", "keys such as '\(known[0]):'", place(of: node))
        }
        for (keyNode, value) in mapping {
            let key = keyNode.string ?? ""
            guard known.contains(key) else {
                throw SpecError.unknownKey(
                    key, section: section, at: place(of: keyNode), known: known)
            }
            axes[key] = (try texts(of: value, for: key, at: place(of: value)), place(of: keyNode))
        }
    }

    private mutating func readExclusions(_ node: Node) throws {
        let expected = "a list of combinations such as '- {model: unet, loss: tv}'"
        guard case .sequence(let combinations) = node else {
            throw bad("exclude", "not a list", expected, place(of: node))
        }
        for combination in combinations {
            guard case .mapping(let mapping) = combination, !mapping.isEmpty else {
                throw bad("exclude", "not a combination", expected, place(of: combination))
            }
            var values: [String: Set<String>] = [:]
            for (keyNode, value) in mapping {
                let key = keyNode.string ?? ""
                guard Cell.keys.contains(key) else {
                    throw SpecError.unknownKey(
                        key, section: "exclude", at: place(of: keyNode), known: Cell.keys)
                }
                let at = place(of: value)
                let texts = try texts(of: value, for: key, at: at)
                values[key] = Set(try canonical(texts, of: key, at: at))
            }
            exclusions.append(Spec.Exclusion(values: values))
        }
    }

    // MARK: Overrides

    /// Applies one `key=value` of `--set`; the value is YAML, so `seed=[1, 2]` is an axis.
    mutating func override(_ assignment: String) throws {
        let at = Place.option("--set \(assignment)")
        guard let equals = assignment.firstIndex(of: "=") else {
            throw bad("--set", assignment, "key=value such as epochs=5", at)
        }
        var key = String(assignment[..<equals])
        for prefix in ["grid.", "train."] where key.hasPrefix(prefix) {
            key.removeFirst(prefix.count)
        }
        try override(key, with: String(assignment[assignment.index(after: equals)...]), at: at)
    }

    /// Replaces what the file says about `key` by a YAML value.
    mutating func override(_ key: String, with text: String, at place: Place) throws {
        if Self.wordKeys.contains(key) {
            words[key] = (text, place)
            return
        }
        guard Cell.keys.contains(key) else {
            throw SpecError.unknownKey(
                key, section: nil, at: place, known: Self.wordKeys + Cell.keys)
        }
        guard let node = try YAMLText.root(of: text, place: { _ in place }) else {
            throw bad(key, "", "a value", place)
        }
        axes[key] = (try texts(of: node, for: key, at: place), place)
    }

    // MARK: The result

    /// Checks every value and builds the axes in their fixed order.
    func spec() throws -> Spec {
        guard let name = words["name"] else { throw SpecError.missingKey("name", path: path) }
        let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-_."))
        guard !name.text.isEmpty, !name.text.hasPrefix("."),
            name.text.unicodeScalars.allSatisfy(allowed.contains)
        else {
            throw bad("name", name.text, "letters, digits, '-', '_' and '.'", name.at)
        }
        let searched = search?.space.parameters.map(\.name) ?? []
        for key in ["dataset", "model", "loss"] where axes[key] == nil && !searched.contains(key) {
            throw SpecError.missingKey("grid: \(key)", path: path)
        }
        if search != nil, let axis = axes.first(where: { $0.value.texts.count > 1 }) {
            throw bad(
                axis.key, "a list", "one value beside 'search', or its range in the space",
                axis.value.at)
        }
        if let report = words["report"] {
            // The rest of the recipe ("sweep rows=loss") is for the report to judge.
            let first = report.text.split(separator: " ").first.map(String.init) ?? ""
            guard vocabulary.reports.contains(first) else {
                throw SpecError.unknownName(
                    kind: "report", first, at: report.at, known: vocabulary.reports)
            }
        }
        let ordered = Cell.identityAxes + Self.trainKeys + [Cell.seedAxis]
        return Spec(
            name: name.text, description: words["description"]?.text ?? "",
            report: words["report"]?.text, data: words["data"]?.text,
            axes: try ordered.compactMap { key in
                guard let axis = axes[key] else { return nil }
                return Spec.Axis(
                    name: key, values: try canonical(axis.texts, of: key, at: axis.at))
            },
            exclusions: exclusions, search: search, path: path)
    }

    /// The texts as `Cell.text(of:)` writes them, without repetitions; also checks them.
    private func canonical(_ texts: [String], of key: String, at place: Place) throws -> [String] {
        var result: [String] = []
        for text in texts {
            var cell = Cell()
            try cell.set(key, to: text, at: place, vocabulary: vocabulary)
            if let text = cell.text(of: key), !result.contains(text) { result.append(text) }
        }
        return result
    }

    private func texts(of node: Node, for key: String, at place: Place) throws -> [String] {
        var isListOfNumbers = false
        if case .numbers = TrainingSettings.field(key)?.kind { isListOfNumbers = true }
        guard let texts = node.axisTexts(isListOfNumbers: isListOfNumbers) else {
            throw bad(key, "not a value", "one value or a list of values", place)
        }
        return texts
    }

    private func place(of node: Node) -> Place {
        .line(path: path, line: node.mark?.line ?? 1)
    }

    private func bad(_ key: String, _ found: String, _ expected: String, _ place: Place)
        -> SpecError
    {
        .badValue(key: key, found: found, expected: expected, at: place)
    }
}

extension Spec {
    /// Reads the experiment file at `path` and applies `overrides` ("key=value").
    ///
    /// - Throws: `SpecError`, which names the file and the line.
    public init(path: String, overrides: [String] = [], vocabulary: Vocabulary) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw SpecError.missingFile(path: path)
        }
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw SpecError.unreadable(path: path, reason: "it is no UTF-8 text file")
        }
        self = try Spec(text: text, path: path, overrides: overrides, vocabulary: vocabulary)
    }

    /// Reads an experiment from YAML text; `path` is for error messages.
    public init(
        text: String, path: String, overrides: [String] = [], vocabulary: Vocabulary
    ) throws {
        var reader = SpecReader(path: path, vocabulary: vocabulary)
        try reader.read(text)
        for assignment in overrides { try reader.override(assignment) }
        self = try reader.spec()
    }
    /// An experiment of one cell, from options of the command line.
    ///
    /// - Parameter options: keys of a cell with their values.
    public init(
        name: String, options: [(key: String, value: String)], vocabulary: Vocabulary
    ) throws {
        var reader = SpecReader(path: "", vocabulary: vocabulary)
        try reader.override("name", with: name, at: .option("--name \(name)"))
        for (key, value) in options {
            try reader.override(key, with: value, at: .option("--\(key) \(value)"))
        }
        self = try reader.spec()
    }
}
