import ArgumentParser

/// Options that take one value and are given twice: the parser takes the last and says nothing.
enum OptionRepetition {
    /// Refuses what only one value can be given for.
    ///
    /// - Throws: `CommandFailure` naming the option and its values.
    static func check(_ arguments: some Collection<String>, of command: any ParsableCommand.Type)
        throws
    {
        let words = Array(arguments.prefix { $0 != "--" })
        var values: [String: [String]] = [:]
        for (place, word) in words.enumerated() where word.hasPrefix("-") && word.count > 1 {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            let next = place + 1 < words.count ? words[place + 1] : ""
            values[parts[0], default: []].append(parts.count > 1 ? parts[1] : next)
        }
        // What the command takes is only asked where something may stand there twice: under one name,
        // or under its short and its long one.
        guard values.contains(where: { $0.value.count > 1 || $0.key.count == 2 }),
            let help = CommandHelp(of: command)
        else { return }
        for option in help.arguments where option.kind == "option" && !option.isRepeating {
            let names = option.words
            let given = names.flatMap { values[$0] ?? [] }
            guard given.count > 1, let name = names.last(where: { values[$0] != nil }) else {
                continue
            }
            throw CommandFailure(
                .usage,
                "\(name) is given \(given.count) times ("
                    + given.map { "'\($0)'" }.joined(separator: ", ") + "); expected once")
        }
    }
}
