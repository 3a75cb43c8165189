import ArgumentParser
import Domain
import Settings
import Specification
import Training

/// Options that a verb does not have.
///
/// The parser says first what is missing, and what is missing is often what was mistyped: `--run` is no
/// `--runs`.
enum UnknownOption {
    /// The failure that names the first option of `arguments` which the verb does not have; nil where
    /// it has them all.
    static func failure(
        in arguments: some Collection<String>, of command: any ParsableCommand.Type
    ) -> CommandFailure? {
        guard let help = CommandHelp(of: command) else { return nil }
        var known = help.arguments.flatMap(\.words)
        if command == TrainCommand.self {
            known += TrainingSettings.fields.map { "--" + $0.name }
        }
        let everywhere = ["--help", "--help-hidden", "--version"]
        let given = arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }
            .map { String($0.prefix { $0 != "=" }) }
        guard let unknown = given.first(where: { !(known + everywhere).contains($0) }) else {
            return nil
        }
        let near = NearestName.of(unknown, in: known.filter { $0.hasPrefix("--") })
        return CommandFailure(
            .usage,
            "unknown option '\(unknown)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
    }
}
