import Documents
import Foundation
import Programs
import Settings
import Yams

/// Reads the `trainer` section of an experiment file.
struct TrainerReader {
    let path: String
    let place: (Node) -> Place

    private static let keys = ["command", "code", "grace", "silence"]
    private static let seconds = 0.0...1e9

    /// The program, without the contents of its code.
    func read(_ node: Node) throws -> TrainingProgram {
        guard let entries = node.entries else {
            throw bad("trainer", node, "keys such as 'command:' and 'code:'")
        }
        let folder = path.isEmpty ? "" : URL(fileURLWithPath: path).deletingLastPathComponent().path
        var program = TrainingProgram(command: [], code: [], folder: folder)
        for (keyNode, value) in entries {
            let key = keyNode.shortText
            switch key {
            case "command": program.command = try words(key, value, "[python3, train.py]")
            case "code": program.code = try words(key, value, "[train.py, models/]")
            case "grace": program.grace = try number(key, value)
            case "silence": program.silence = try number(key, value)
            default:
                throw SpecError.unknownKey(
                    key, section: "trainer", at: place(keyNode), known: Self.keys)
            }
        }
        for (key, words) in [("command", program.command), ("code", program.code)]
        where words.isEmpty { throw SpecError.missingKey("trainer: \(key)", path: path) }
        return program
    }

    private func words(_ key: String, _ node: Node, _ example: String) throws -> [String] {
        let texts: [String?] =
            if case .sequence(let nodes) = node { nodes.map(\.scalarText) } else {
                [node.scalarText]
            }
        let words = texts.compactMap(\.self)
        guard words.count == texts.count, !words.isEmpty, words.first?.isEmpty == false,
            words.allSatisfy({ !$0.unicodeScalars.contains { $0.value < 32 } })
        else { throw bad(key, node, "a list of texts such as \(example)") }
        return words
    }

    private func number(_ key: String, _ node: Node) throws -> Double {
        guard let value = NumberText.number(node.scalarText ?? ""), Self.seconds.contains(value)
        else { throw bad(key, node, "seconds, from 0") }
        return value
    }

    private func bad(_ key: String, _ node: Node, _ expected: String) -> SpecError {
        .badValue(key: key, found: node.shortText, expected: expected, at: place(node))
    }
}
