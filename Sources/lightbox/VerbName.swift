import ArgumentParser
import Domain
import Wording

/// The verbs by name: a mistyped one is answered with the nearest.
enum VerbName {
    /// The verb, and the verb below it, that `arguments` begin with; `root` where they name none.
    ///
    /// - Throws: `CommandFailure` where there is none of that name.
    static func command(_ arguments: some Collection<String>, of root: any ParsableCommand.Type)
        throws -> any ParsableCommand.Type
    {
        var command = root
        for word in arguments {
            let verbs = command.configuration.subcommands
            if word == "help", command == root { continue }
            guard !verbs.isEmpty, !word.hasPrefix("-") else { return command }
            if let next = verbs.first(where: { $0.configuration.commandName == word }) {
                command = next
                continue
            }
            let known = verbs.filter { $0.configuration.shouldDisplay }
                .compactMap { $0.configuration.commandName }
            let place = command == root ? "" : "\(command.configuration.commandName ?? "") "
            throw CommandFailure(
                .usage, "unknown verb '\(place)\(word)'" + NearestName.suffix(word, in: known))
        }
        return command
    }
}
