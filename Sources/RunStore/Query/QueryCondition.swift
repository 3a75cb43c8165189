/// An SQL condition that somebody wrote, to be put between brackets: one that cannot reach out of
/// them.
public struct QueryCondition: Sendable {
    /// The condition.
    public let text: String

    /// Checks that brackets and quotes are paired and that nothing is commented out.
    ///
    /// What the condition says is for SQLite to judge.
    ///
    /// - Throws: `StoreError.invalid`.
    public init(_ text: String) throws {
        func bad(_ found: String) -> StoreError {
            .invalid(
                what: "the condition", found: found,
                expected: "one condition over the columns of any_run, such as \"loss = 'tv'\"")
        }
        var depth = 0
        var quote: Character?
        var last: Character = " "
        var isEmpty = true
        for (place, character) in text.enumerated() {
            if !character.isWhitespace { isEmpty = false }
            if let open = quote {
                // A doubled quote inside closes and opens again, which comes to the same.
                if character == open { quote = nil }
                last = " "
                continue
            }
            switch character {
            case "'", "\"", "`": quote = character
            case "[": quote = "]"
            case "(": depth += 1
            case ")":
                depth -= 1
                if depth < 0 {
                    throw bad("'\(text)', whose ')' at letter \(place + 1) closes nothing")
                }
            case ";": throw bad("'\(text)', with a ';'")
            case "-" where last == "-", "*" where last == "/":
                throw bad("'\(text)', with a comment")
            case "\0": throw bad("a text with a zero byte")
            default: break
            }
            last = character
        }
        if isEmpty { throw bad("empty") }
        if let quote { throw bad("'\(text)', in which a \(quote) is missing") }
        if depth > 0 { throw bad("'\(text)', in which a ')' is missing") }
        self.text = text
    }
}
