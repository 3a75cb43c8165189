internal import RunStore

/// One direction of a grid of runs.
public struct Axis: Sendable, Hashable {
    /// `dataset`, `model`, `procedure`, `loss`, `labels`, `seed`, `data`, or a setting's name.
    public let name: String

    /// The axis of that name.
    public init(_ name: String) { self.name = name }

    /// Title of the data set: its registered name, with what tells drawn images and other files of
    /// that name apart.
    public static let dataset = Axis("dataset")
    /// Fingerprint of the data set's files, short.
    public static let data = Axis("data")
    /// Registered name of the network.
    public static let model = Axis("model")
    /// Registered name of the training procedure.
    public static let procedure = Axis("procedure")
    /// Registered name of the loss.
    public static let loss = Axis("loss")
    /// Percent of the training split whose labels are used.
    public static let labels = Axis("labels")
    /// Seed; runs that differ only in it are repetitions.
    public static let seed = Axis("seed")
    /// Seed of the division, where it is not the run's.
    static let splitSeed = Axis("split-seed")
    /// Fold of a cross-validation that a run tests.
    static let fold = Axis("fold")

    /// The axes that repeat a cell: runs that differ in nothing else are networks of one setting, and
    /// those of two settings that agree on them were drawn together.
    static let repetitions: [Axis] = [.seed, .splitSeed, .fold]
    /// Whether it repeats a cell.
    var isRepetition: Bool { Self.repetitions.contains(self) }

    /// Start of the digest of the code that made the results.
    public static let code = Axis("code")

    /// The axes that every run has, in reading order.
    static let fixed: [Axis] = [.dataset, .data, .model, .procedure, .loss, .labels]

    /// Axes that say on what methods are compared; the others say what is compared.
    var isContext: Bool { self == .dataset || self == .data || self == .labels || name == "image" }

    /// Column heading.
    var title: String {
        switch self {
        case .dataset: "Data set"
        case .data: "Files"
        case .labels: "Labels"
        default: name.prefix(1).uppercased() + name.dropFirst().replacing("-", with: " ")
        }
    }

    /// Unit of the heading.
    var unit: String? { self == .labels ? "%" : nil }

    /// Column that names the row on this axis.
    var column: Column { Column(name, title: title, unit: unit, role: .label) }

    /// A value as it is printed in a cell.
    func text(_ value: String, in vocabulary: ReportVocabulary) -> String {
        let (name, rest) = parts(of: value)
        let terms = vocabulary.terms(of: self)
        return terms.first { $0.name == name }.map { $0.title + rest } ?? value
    }

    /// The registered name of a value: of a data set's title what stands before the brackets.
    func registeredName(of value: String) -> String { String(parts(of: value).name) }

    /// A data set's title as its registered name and what follows it: `mcx`, ` (phantom)`.
    private func parts(of value: String) -> (name: Substring, rest: Substring) {
        guard self == .dataset, let range = value.firstRange(of: " (") else {
            return (value[...], "")
        }
        return (value[..<range.lowerBound], value[range.lowerBound...])
    }

    /// A value as it is printed alone, as in a heading or a legend: `10 % labels`, `width 16`.
    func phrase(_ value: String, in vocabulary: ReportVocabulary) -> String {
        switch self {
        case .labels: "\(value) % labels"
        case .dataset, .model, .procedure, .loss: text(value, in: vocabulary)
        default: "\(name) \(value)"
        }
    }

    /// Whether value `a` is listed before `b`: registry order, then numbers, then text.
    func precedes(_ a: String, _ b: String, in vocabulary: ReportVocabulary) -> Bool {
        let terms = vocabulary.terms(of: self)
        let ranks = [a, b].map { value in
            let name = parts(of: value).name
            return terms.firstIndex { $0.name == name } ?? terms.count
        }
        if ranks[0] != ranks[1] { return ranks[0] < ranks[1] }
        if let x = Double(a), let y = Double(b), x != y { return x < y }
        return a < b
    }
}

extension Array where Element: Hashable {
    /// Each element once, in the order of its first place.
    var unique: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}

extension [Axis] {
    /// What is compared before the methods that are compared, so that compared rows are neighbours.
    var contextFirst: [Axis] { filter(\.isContext) + filter { !$0.isContext } }
}
