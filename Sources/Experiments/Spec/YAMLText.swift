import Yams

/// Turns YAML text into nodes, with the parser's complaints as `SpecError`s.
enum YAMLText {
    /// The root of the one document in `text`, or nil where it is empty.
    ///
    /// `place` makes the place of a complaint from its line.
    static func root(of text: String, place: (Int) -> Place) throws -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch let error as YamlError {
            let (line, problem) = complaint(of: error)
            throw SpecError.syntax(at: place(line), problem: problem)
        }
    }

    private static func complaint(of error: YamlError) -> (line: Int, problem: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (mark.line, problem)
        case .duplicatedKeysInMapping(let keys, let context):
            (context.mark.line, "the key '\(keys.first ?? "")' appears twice")
        case .reader(let problem, _, _, _): (1, problem)
        default: (1, "the parser gave up")
        }
    }
}

extension Node {
    /// The values that this node lists for an axis: a scalar is one value, a sequence several.
    ///
    /// Where one value is itself a list of numbers (`isListOfNumbers`), a sequence of scalars is
    /// one value and a sequence of sequences several. Nil where the node has another form.
    func axisTexts(isListOfNumbers: Bool) -> [String]? {
        switch self {
        case .scalar(let scalar): return [scalar.string]
        case .sequence(let nodes):
            if isListOfNumbers, let numbers = Self.scalarTexts(Array(nodes)) {
                return ["[\(numbers.joined(separator: ","))]"]
            }
            let texts = nodes.map { node -> String? in
                if case .scalar(let scalar) = node { return scalar.string }
                guard isListOfNumbers, case .sequence(let inner) = node else { return nil }
                return Self.scalarTexts(Array(inner)).map { "[\($0.joined(separator: ","))]" }
            }
            let known = texts.compactMap(\.self)
            return known.count == texts.count && !known.isEmpty ? known : nil
        default: return nil
        }
    }

    private static func scalarTexts(_ nodes: [Node]) -> [String]? {
        let texts = nodes.compactMap { node -> String? in
            if case .scalar(let scalar) = node { scalar.string } else { nil }
        }
        return texts.count == nodes.count && !texts.isEmpty ? texts : nil
    }
}
