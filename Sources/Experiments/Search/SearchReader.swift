import Yams

/// Reads the `search` section of an experiment file.
struct SearchReader {
    let place: (Node) -> Place
    let vocabulary: Vocabulary

    private static let keys = [
        "method", "objective", "trials", "seed", "minimum-epochs", "factor", "space",
    ]
    private static let ranges = ["uniform", "log-uniform", "integer", "choice"]

    func read(_ node: Node) throws -> SearchSpec {
        guard case .mapping(let mapping) = node else {
            throw bad("search", "not a list of keys", "keys such as 'method:'", node)
        }
        var search = SearchSpec()
        for (keyNode, value) in mapping {
            let key = keyNode.string ?? ""
            let text = value.scalarText ?? ""
            switch key {
            case "method":
                guard let method = SearchSpec.Method(rawValue: text) else {
                    throw SpecError.unknownName(
                        kind: "search method", text, at: place(value),
                        known: SearchSpec.Method.allCases.map(\.rawValue))
                }
                search.method = method
            case "objective":
                let parts = text.split(separator: "/", omittingEmptySubsequences: false)
                guard parts.count == 2, ["train", "validation"].contains(parts[0]) else {
                    throw bad(key, text, "a curve such as validation/dice", value)
                }
                search.objective = text
            case "trials": search.trials = try whole(key, value, from: 1)
            case "seed": search.seed = UInt64(try whole(key, value, from: 0))
            case "minimum-epochs": search.minimumEpochs = try whole(key, value, from: 1)
            case "factor": search.factor = try whole(key, value, from: 2)
            case "space": search.space = try space(value)
            default:
                throw SpecError.unknownKey(
                    key, section: "search", at: place(keyNode), known: Self.keys)
            }
        }
        guard !search.space.parameters.isEmpty else {
            throw bad("search", "without a space", "'space:' with at least one key", node)
        }
        return search
    }

    private func space(_ node: Node) throws -> SearchSpace {
        guard case .mapping(let mapping) = node else {
            throw bad("space", "not a list of keys", "keys such as 'learning-rate:'", node)
        }
        return SearchSpace(
            try mapping.map { keyNode, value in
                let key = keyNode.string ?? ""
                guard Cell.keys.contains(key) else {
                    throw SpecError.unknownKey(
                        key, section: "space", at: place(keyNode), known: Cell.keys)
                }
                let range = try range(of: key, value)
                // The ends of the range must be values that the key may have.
                for end in [0.0, 1 - 1e-12] {
                    var cell = Cell()
                    try cell.set(
                        key, to: range.text(of: range.point(at: end)), at: place(value),
                        vocabulary: vocabulary)
                }
                return SearchSpace.Parameter(name: key, range: range)
            })
    }

    private func range(of key: String, _ node: Node) throws -> SearchRange {
        guard case .mapping(let mapping) = node, mapping.count == 1, let entry = mapping.first,
            case .sequence(let sequence) = entry.value
        else {
            throw bad(key, "not a range", "a range such as {log-uniform: [1e-5, 1e-2]}", node)
        }
        let texts = sequence.compactMap(\.scalarText)
        let numbers = texts.compactMap(Double.init)
        let kind = entry.key.string ?? ""
        let isPair = numbers.count == 2 && sequence.count == 2 && numbers[0] < numbers[1]
        switch kind {
        case "uniform" where isPair: return .uniform(numbers[0]...numbers[1])
        case "log-uniform" where isPair && numbers[0] > 0:
            return .logUniform(numbers[0]...numbers[1])
        case "integer" where isPair:
            if let low = Int(exactly: numbers[0]), let high = Int(exactly: numbers[1]) {
                return .integer(low...high)
            }
        case "choice" where !texts.isEmpty && texts.count == sequence.count:
            return .choice(try canonical(texts, of: key, node))
        case _ where !Self.ranges.contains(kind):
            throw SpecError.unknownKey(kind, section: key, at: place(node), known: Self.ranges)
        default: break
        }
        throw bad(
            key, texts.joined(separator: ", "),
            kind == "choice" ? "a list of values" : "two rising numbers", node)
    }

    private func canonical(_ texts: [String], of key: String, _ node: Node) throws -> [String] {
        try texts.map { text in
            var cell = Cell()
            try cell.set(key, to: text, at: place(node), vocabulary: vocabulary)
            return cell.text(of: key) ?? text
        }
    }

    private func whole(_ key: String, _ node: Node, from least: Int) throws -> Int {
        let text = node.scalarText ?? ""
        guard let value = Int(text), value >= least else {
            throw bad(key, text, "a whole number from \(least)", node)
        }
        return value
    }

    private func bad(_ key: String, _ found: String, _ expected: String, _ node: Node)
        -> SpecError
    {
        .badValue(key: key, found: found, expected: expected, at: place(node))
    }
}

extension Node {
    /// The text of a scalar; nil for anything else.
    fileprivate var scalarText: String? {
        if case .scalar(let scalar) = self { scalar.string } else { nil }
    }
}
