/// One fold of a cross-validation: whose images are tested.
public enum Fold: Sendable, Hashable, CustomStringConvertible {
    /// One of several that the seed draws, from 1.
    case number(Int, of: Int)
    /// The images of one site; those of the others train.
    case site(String)

    /// The fold in words: `2 of 5`, `site mcx`.
    public var description: String {
        switch self {
        case .number(let number, let count): "\(number) of \(count)"
        case .site(let name): "site \(name)"
        }
    }
}
