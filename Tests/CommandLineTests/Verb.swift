import Testing

/// A verb of the program, as help tells it.
struct Verb {
    /// `data`, `check`; none for the program itself.
    let words: [String]
    let help: String
    /// Whether it has verbs of its own.
    var isGroup: Bool { !own.isEmpty }
    fileprivate let own: [String]

    /// Every verb that help names, and theirs; `task` is for the scripts of a cluster alone.
    static func all() throws -> [Verb] {
        let program = try Program()
        var waiting: [[String]] = [[], ["task"]]
        var verbs: [Verb] = []
        while let words = waiting.popLast() {
            let ending = try program.run(words + ["--help"])
            #expect(ending.status == 0)
            let list = ending.output.split(separator: "SUBCOMMANDS:").dropFirst().first ?? ""
            let verb = Verb(
                words: words, help: ending.output,
                own: list.matches(of: #/\n  ([a-z]+)  /#).map { String($0.1) })
            verbs.append(verb)
            waiting += verb.own.map { words + [$0] }
        }
        return verbs
    }
}
