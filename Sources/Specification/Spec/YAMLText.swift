import Yams

/// Turns YAML text into nodes, with the parser's complaints as `SpecError`s.
enum YAMLText {
    /// Bytes that a document may have: lists of 100,000 values fit, and are read in seconds.
    static let mostBytes = 1_500_000
    static let tooLong = "it is longer than 1,500,000 bytes, the most that an experiment may have"

    /// The root of the one document in `text`, or nil where it is empty.
    ///
    /// `place` makes the place of a complaint from its line and column.
    static func root(of text: String, place: (Int, Int) -> Place) throws -> Node? {
        guard text.utf8.count <= mostBytes else {
            throw SpecError.syntax(at: place(1, 1), problem: tooLong)
        }
        do {
            return try Yams.compose(yaml: text)
        } catch let error as YamlError {
            let (mark, problem) = complaint(of: error)
            throw SpecError.syntax(
                at: place(mark?.line ?? 1, mark?.column ?? 1), problem: problem)
        }
    }

    private static func complaint(of error: YamlError) -> (at: Mark?, problem: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (mark, problem)
        case .duplicatedKeysInMapping(let keys, let context):
            (context.mark, "the key '\(keys.first ?? "")' appears twice")
        case .reader(let problem, _, _, _): (nil, problem)
        default: (nil, "the parser gave up")
        }
    }
}

extension Node {
    /// The keys of a mapping with their values, those that `<<` merges in last; nil where the node
    /// is no mapping, or merges something that is none.
    var entries: [(key: Node, value: Node)]? {
        guard case .mapping(let mapping) = self else { return nil }
        var entries: [(key: Node, value: Node)] = []
        var merged: [Node] = []
        for (key, value) in mapping {
            guard key.scalarText == "<<" else {
                entries.append((key, value))
                continue
            }
            if case .sequence(let several) = value {
                merged += several
            } else {
                merged.append(value)
            }
        }
        // What stands in the mapping itself wins over what is merged, and earlier over later.
        for node in merged {
            guard let others = node.entries else { return nil }
            let known = Set(entries.map(\.key))
            entries += others.filter { !known.contains($0.key) }
        }
        return entries
    }

    /// The text of a scalar; nil for anything else.
    var scalarText: String? {
        if case .scalar(let scalar) = self { scalar.string } else { nil }
    }

    /// The values that this node lists for an axis: a scalar is one value, a sequence several.
    ///
    /// Where one value is itself a list (`isList`), a sequence of scalars is
    /// one value and a sequence of sequences several. Nil where the node has another form.
    func axisValues(ofLists isList: Bool, place: (Node) -> Place) -> [Written]? {
        switch self {
        case .scalar(let scalar): return [Written(text: scalar.string, at: place(self))]
        case .sequence(let nodes):
            if isList, let list = listText {
                return [Written(text: list, at: place(self))]
            }
            var values: [Written] = []
            values.reserveCapacity(nodes.count)
            for node in nodes {
                guard let text = isList ? node.listText ?? node.scalarText : node.scalarText else {
                    return nil
                }
                values.append(Written(text: text, at: place(node)))
            }
            return values.isEmpty ? nil : values
        default: return nil
        }
    }

    /// A sequence of scalars as one text, "[1,2]"; nil for anything else.
    private var listText: String? {
        guard case .sequence(let nodes) = self, !nodes.isEmpty else { return nil }
        let texts = nodes.compactMap(\.scalarText)
        return texts.count == nodes.count ? "[\(texts.joined(separator: ","))]" : nil
    }

    /// What the user wrote, in one line of about 40 letters at most, for sentences about it.
    var shortText: String { shortText(budget: 40) }

    private func shortText(budget: Int) -> String {
        func joined(_ parts: [Node], _ text: (Node, Int) -> String) -> String {
            var result = ""
            for part in parts {
                if result.count >= budget { return result + ", …" }
                result += (result.isEmpty ? "" : ", ") + text(part, budget - result.count)
            }
            return result
        }
        switch self {
        case .scalar(let scalar):
            return scalar.string.count > budget ? scalar.string.prefix(budget) + "…" : scalar.string
        case .sequence(let nodes):
            return "[" + joined(Array(nodes)) { $0.shortText(budget: $1) } + "]"
        case .mapping(let mapping):
            let values = Dictionary(mapping.map { ($0, $1) }, uniquingKeysWith: { a, _ in a })
            return "{"
                + joined(mapping.map(\.key)) { key, budget in
                    "\(key.shortText(budget: budget)): "
                        + (values[key]?.shortText(budget: budget) ?? "")
                } + "}"
        case .alias: return "an alias"
        }
    }
}
