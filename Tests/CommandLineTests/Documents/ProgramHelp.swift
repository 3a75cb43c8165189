import Foundation
import Testing

/// What the program says of its verbs: the JSON that manual pages are made from, too.
struct ProgramHelp: Decodable {
    let command: Command

    struct Command: Decodable {
        let commandName: String
        let abstract: String?
        let discussion: String?
        let shouldDisplay: Bool?
        let arguments: [Argument]?
        let subcommands: [Command]?
    }

    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let kind: String
        let valueName: String?
        let names: [Name]?
        let abstract: String?
        let defaultValue: String?
        let allValues: [String]?
        let shouldDisplay: Bool?
    }

    static func read() throws -> ProgramHelp {
        let ending = try Program().run("--experimental-dump-help")
        try #require(ending.status == 0)
        return try JSONDecoder().decode(Self.self, from: Data(ending.output.utf8))
    }
}

extension ProgramHelp.Argument {
    /// `--where CONDITIONS`, `-o, --output OUTPUT`, `FILE`.
    var label: String {
        let value = (valueName ?? "value").uppercased()
        guard kind != "positional" else { return value }
        let options = (names ?? []).map { ($0.kind == "short" ? "-" : "--") + $0.name }
            .joined(separator: ", ")
        return kind == "flag" ? options : "\(options) \(value)"
    }

    /// What it is for, with the values that it takes and its default where the text does not tell.
    var meaning: String {
        var text = abstract ?? ""
        if let values = allValues, !values.allSatisfy(text.contains) {
            text += " One of \(values.joined(separator: ", "))."
        }
        if let value = defaultValue, !text.contains("default"), !value.hasPrefix("--") {
            text += " Default: \(value)."
        }
        return text
    }
}
