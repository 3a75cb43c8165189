import Foundation

/// All files that a command will write, decided before its work begins: none is written twice.
public struct OutputPlan: Sendable {
    private let rule: OutputRule
    private var owners: [OutputPlace: String] = [:]
    /// The folders that the files need, each with one that needs it.
    private var folders: [String: String] = [:]

    /// An empty plan under a rule.
    public init(_ rule: OutputRule) { self.rule = rule }

    /// Takes a place for what `owner` says.
    ///
    /// - Throws: `OutputError`, also where something else has the place already or needs a
    ///   folder there.
    @discardableResult
    public mutating func claim(_ path: String, for owner: String) throws(OutputError) -> Output {
        let output = try rule.file(path)
        if let other = owners.updateValue(owner, forKey: output.place) {
            throw .refused(path: path, .twice(owner: other, other: owner))
        }
        guard case .file(let target) = output.place else { return output }
        if let other = folders[target] {
            throw .refused(path: path, .twice(owner: other, other: owner))
        }
        var folder = (target as NSString).deletingLastPathComponent
        while folder.count > 1, folders.updateValue(owner, forKey: folder) == nil {
            if let other = owners[.file(folder)] {
                throw .refused(path: path, .twice(owner: other, other: owner))
            }
            folder = (folder as NSString).deletingLastPathComponent
        }
        return output
    }
}
