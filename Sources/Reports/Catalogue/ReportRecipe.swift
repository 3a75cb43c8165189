/// A report's name with its options in one line, as experiment files hold it:
/// `sweep rows=width,loss columns=labels values=dice`.
public struct ReportRecipe: Sendable, Hashable, CustomStringConvertible {
    /// One option and its values.
    public struct Option: Sendable, Hashable {
        /// One of `ReportRequest.optionNames`.
        public let name: String
        /// Its values.
        public let values: [String]
    }

    /// Registered name of the report.
    public let name: String
    /// The options in the order given.
    public let options: [Option]

    /// Reads a recipe and checks the report's name and every option.
    ///
    /// - Throws: `ReportError`.
    public init(_ text: String) throws {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        name = try ReportRegistry.require(words.first ?? "").name
        options = try words.dropFirst().map { word in
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw ReportError.badOption(
                    name: word, found: "no value", expected: "option=value[,value]")
            }
            // `reference=loss=tv` and `where=width=16` keep their own equals sign.
            return Option(name: parts[0], values: parts[1].split(separator: ",").map(String.init))
        }
        _ = try request()
    }

    /// What the recipe asks for.
    ///
    /// - Throws: `ReportError.badOption`.
    public func request() throws -> ReportRequest {
        var request = ReportRequest()
        for option in options { try request.set(option.name, to: option.values) }
        return request
    }

    /// The line that reads back as the same recipe.
    public var description: String {
        ([name] + options.map { "\($0.name)=\($0.values.joined(separator: ","))" })
            .joined(separator: " ")
    }
}
