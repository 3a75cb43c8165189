import Domain
import Settings
import Specification
import Training
import Wording

/// Reads `--epochs 5 --width=8 --gate-level-1` by the table of training settings.
struct SettingArguments {
    /// The settings in the order in which they were given.
    let options: [(key: String, value: String)]

    init(_ arguments: [String]) throws {
        var options: [(key: String, value: String)] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                throw CommandFailure(
                    .usage, "unexpected argument '\(argument)'; expected --setting value")
            }
            let parts = argument.dropFirst(2).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts.first ?? "")
            guard let field = TrainingSettings.field(name) else {
                throw CommandFailure(
                    .usage,
                    "unknown option '--\(name)'"
                        + NearestName.suffix(name, in: TrainingSettings.fields.map(\.name)))
            }
            if parts.count == 2 {
                options.append((name, String(parts[1])))
            } else if field.kind == .flag, rest.first?.hasPrefix("--") ?? true {
                options.append((name, "true"))
            } else if let value = rest.popFirst() {
                options.append((name, value))
            } else {
                throw CommandFailure(
                    .usage, "'--\(name)' has no value; expected \(field.kind.expectation)")
            }
        }
        for (place, option) in options.enumerated() {
            if let before = options[..<place].first(where: { $0.key == option.key }) {
                throw CommandFailure(
                    .usage,
                    "--\(option.key) is given twice ('\(before.value)', '\(option.value)'); expected "
                        + "once")
            }
        }
        self.options = options
    }
}
