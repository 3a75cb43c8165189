/// All files that a command will write, decided before its work begins: none is written twice.
public struct OutputPlan: Sendable {
    private let rule: OutputRule
    private var owners: [OutputPlace: String] = [:]

    /// An empty plan under a rule.
    public init(_ rule: OutputRule) { self.rule = rule }

    /// Takes a place for what `owner` says.
    ///
    /// - Throws: `OutputError`, also where something else has the place already.
    @discardableResult
    public mutating func claim(_ path: String, for owner: String) throws(OutputError) -> Output {
        let output = try rule.file(path)
        if let other = owners.updateValue(owner, forKey: output.place) {
            throw .refused(path: path, .twice(owner: other, other: owner))
        }
        return output
    }
}
