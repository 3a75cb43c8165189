import ArgumentParser
import Foundation

/// What the parser says about a verb: its options and arguments.
struct CommandHelp {
    struct Argument: Decodable {
        struct Name: Decodable { let kind: String, name: String }

        /// `option`, `flag` or `positional`.
        let kind: String
        let isRepeating: Bool
        let names: [Name]?

        /// Its names as they are typed: `--run`, `-o`.
        var words: [String] { (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name } }
    }

    let arguments: [Argument]

    /// Nil where the parser's answer is not understood.
    init?(of command: any ParsableCommand.Type) {
        struct Help: Decodable {
            struct Command: Decodable { let arguments: [Argument]? }
            let command: Command
        }
        guard let help = try? JSONDecoder().decode(Help.self, from: Data(command._dumpHelp().utf8))
        else { return nil }
        arguments = help.command.arguments ?? []
    }
}
