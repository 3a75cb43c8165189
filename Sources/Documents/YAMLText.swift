package import Yams

/// Turns YAML text into nodes that know their lines and columns.
///
/// Files that people write go through it: experiments, and `dataset.yaml`.
package enum YAMLText {
    /// Bytes that a document may have: lists of 100,000 values fit, and are read in seconds.
    package static let mostBytes = 1_500_000

    /// Why a document of more bytes is refused.
    package static func tooLong(_ what: String) -> String {
        "it is longer than 1,500,000 bytes, the most that \(what) may have"
    }

    /// The root of the one document in `text`, or nil where it is empty.
    ///
    /// - Parameter what: what the document is, such as `an experiment`.
    package static func root(of text: String, as what: String) throws(YAMLFault) -> Node? {
        guard text.utf8.count <= mostBytes else {
            throw YAMLFault(line: 1, column: 1, problem: tooLong(what))
        }
        do {
            return try Yams.compose(yaml: text)
        } catch {
            let (mark, problem) = complaint(of: error)
            throw YAMLFault(line: mark?.line ?? 1, column: mark?.column ?? 1, problem: problem)
        }
    }

    private static func complaint(of error: any Error) -> (at: Mark?, problem: String) {
        switch error as? YamlError {
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

/// Why a text is no YAML, and where; line and column count from 1.
package struct YAMLFault: Error {
    /// Where.
    package let line: Int, column: Int
    /// What is wrong.
    package let problem: String
}

extension Node {
    /// The keys of a mapping with their values, those that `<<` merges in last; nil where the node
    /// is no mapping, or merges something that is none, or more mappings than anyone writes.
    package var entries: [(key: Node, value: Node)]? {
        var merges = 1000
        return entries(merges: &merges)
    }

    private func entries(merges: inout Int) -> [(key: Node, value: Node)]? {
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
            merges -= 1
            guard merges > 0, let others = node.entries(merges: &merges) else { return nil }
            let known = Set(entries.map(\.key))
            entries += others.filter { !known.contains($0.key) }
        }
        return entries
    }

    /// The text of a scalar; nil for anything else.
    package var scalarText: String? {
        if case .scalar(let scalar) = self { scalar.string } else { nil }
    }

    /// What the user wrote, in one line of about 40 letters at most, for sentences about it.
    package var shortText: String { shortText(budget: 40) }

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
