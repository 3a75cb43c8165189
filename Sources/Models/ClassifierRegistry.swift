/// Every classifier; a new one is one file and one line here.
public enum ClassifierRegistry {
    /// All classifiers, that of runs first.
    public static let all: [ClassifierEntry] = [.cnn]

    /// Their names.
    public static var names: [String] { all.map(\.name) }

    /// The classifier of that name.
    public static func find(_ name: String) -> ClassifierEntry? { all.first { $0.name == name } }

    /// The one that runs have.
    public static var standard: ClassifierEntry { .cnn }
}
