import Documents
import Settings
import Training
import Yams

/// Reads the `search` section of an experiment file.
struct SearchReader {
    let place: (Node) -> Place
    let vocabulary: Vocabulary
    /// A cell of which nothing is said yet.
    let blank: Cell

    /// What was read; whether the objective is one is for the rest of the file to say.
    struct Result {
        var spec: SearchSpec
        var objective: Written?
        var at: Place
    }

    private static let keys = [
        "method", "objective", "trials", "seed", "minimum-epochs", "factor", "space",
    ]

    func read(_ node: Node) throws -> Result {
        guard let entries = node.entries else {
            throw bad("search", node, "keys such as 'method:'")
        }
        var result = Result(spec: SearchSpec(), at: place(node))
        for (keyNode, value) in entries {
            let key = keyNode.shortText
            switch key {
            case "method":
                guard let method = SearchSpec.Method(rawValue: value.scalarText ?? "") else {
                    throw SpecError.unknownName(
                        kind: "search method", value.shortText, at: place(value),
                        known: SearchSpec.Method.allCases.map(\.rawValue))
                }
                result.spec.method = method
            case "objective":
                guard let text = value.scalarText else {
                    throw bad(key, value, "a curve such as validation/dice")
                }
                result.objective = Written(text: text, at: place(value))
            case "trials":
                result.spec.trials = try whole(key, value, 1...SweepPlan.mostCells)
            case "seed": result.spec.seed = UInt64(try whole(key, value, 0...Int.max))
            case "minimum-epochs": result.spec.minimumEpochs = try whole(key, value, 1...100_000)
            case "factor": result.spec.factor = try whole(key, value, 2...1000)
            case "space": result.spec.space = try space(value)
            default:
                throw SpecError.unknownKey(
                    key, section: "search", at: place(keyNode), known: Self.keys)
            }
        }
        guard !result.spec.space.parameters.isEmpty else {
            throw bad("search", node, "'space:' with at least one key")
        }
        return result
    }

    private func space(_ node: Node) throws -> SearchSpace {
        guard let entries = node.entries else {
            throw bad("space", node, "keys such as 'learning-rate:'")
        }
        return SearchSpace(
            try entries.map { keyNode, value in
                let key = keyNode.shortText
                guard blank.knows(key) else {
                    throw SpecError.unknownKey(
                        key, section: "space", at: place(keyNode), known: blank.knownKeys)
                }
                return SearchSpace.Parameter(
                    name: key,
                    range: try SearchRangeReader(
                        key: key, place: place, vocabulary: vocabulary, blank: blank
                    ).read(value))
            })
    }

    private func whole(_ key: String, _ node: Node, _ range: ClosedRange<Int>) throws -> Int {
        let text = node.scalarText ?? "-"
        guard let value = NumberText.wholeNumber(text), range.contains(value) else {
            throw bad(key, node, SettingKind.integer(range).expectation(insteadOf: text))
        }
        return value
    }

    private func bad(_ key: String, _ node: Node, _ expected: String) -> SpecError {
        .badValue(key: key, found: node.shortText, expected: expected, at: place(node))
    }
}
