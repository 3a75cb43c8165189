public import Domain
internal import TensorCore

/// Which examples train, select and test a model: indices into `Dataset.examples`, each sorted.
///
/// 25 % test, then 10 % of the rest for model selection, both rounded up as scikit-learn does:
/// 138 examples make 92 + 11 + 35. Examples without a mask can neither be tested nor labelled;
/// they join the training part beyond these numbers.
public struct DataSplit: Sendable, Codable, Equatable {
    /// The training part: labelled and unlabelled.
    public let train: [Int]
    /// The part that selects the best epoch.
    public let validation: [Int]
    /// The part that is only ever evaluated.
    public let test: [Int]
    /// The part of `train` whose masks and classes may be used.
    public let labelled: [Int]

    /// A division from its parts, which are sorted here.
    public init(train: [Int], validation: [Int], test: [Int], labelled: [Int]) {
        self.train = train.sorted()
        self.validation = validation.sorted()
        self.test = test.sorted()
        self.labelled = labelled.sorted()
    }

    /// The part an example is in, nil when it is in none.
    public func part(of index: Int) -> SplitPart? {
        if test.contains(index) { return .test }
        if validation.contains(index) { return .validation }
        return train.contains(index) ? .train : nil
    }

    /// Divides a data set.
    ///
    /// The same seed gives the same division at every `labelledPercent`, and a smaller labelled
    /// part lies inside every larger one. Images of one patient stay together. A split assigned
    /// by the user's own table (`Example.assignedSplit`) wins over the drawn one.
    /// - Parameters:
    ///   - seed: decides the division.
    ///   - labelledPercent: share of the training part whose labels are used, above 0 to 100; at
    ///     least one example a class.
    ///   - labelledImages: how many images of the training part have labels that are used, in place of
    ///     a share; nil for the share.
    ///   - stratified: keep the classes' shares in every part; false is the published protocol.
    ///   - shares: how much is tested and validates; the test part of a fold is the fold.
    ///   - fold: the fold of a cross-validation that is tested, of folds that the seed draws; nil
    ///     draws one test part.
    /// - Throws: `DatasetError.cannotSplit` when a part would be empty, `.unsound` when the table
    ///   puts a patient, or the same image, into two parts.
    public static func make(
        for dataset: Dataset, seed: UInt64, labelledPercent: Double,
        labelledImages: Int? = nil, stratified: Bool,
        shares: SplitShares = .standard, fold: Fold? = nil
    ) throws(DatasetError) -> DataSplit {
        try make(
            for: dataset.name, examples: dataset.examples, twins: dataset.twins, seed: seed,
            labelledPercent: labelledPercent, labelledImages: labelledImages,
            stratified: stratified, shares: shares, fold: fold, classNames: dataset.classNames)
    }

    /// What is odd about the division of `dataset`: equal images in several of its parts.
    public func findings(for dataset: Dataset) -> [DatasetFinding] {
        SplitFindings(examples: dataset.examples, twins: dataset.twins).warnings(in: self)
    }

    /// The same for what is known before any pixel is kept.
    static func make(
        for name: String, examples: [Example], twins: [[Int]], seed: UInt64,
        labelledPercent: Double, labelledImages: Int? = nil, stratified: Bool,
        shares: SplitShares = .standard, fold: Fold? = nil, classNames: [String] = []
    ) throws(DatasetError) -> DataSplit {
        guard labelledPercent > 0, labelledPercent <= 100 else {
            throw .cannotSplit(
                dataset: name,
                reason: "labelled percent is \(labelledPercent), expected above 0 and up to 100")
        }
        let table = SplitFindings(examples: examples, twins: twins)
        if let error = table.errors.first { throw .unsound(dataset: name, finding: error) }
        let masked = examples.indices.filter { examples[$0].hasMask }
        guard masked.count >= 4 else {
            throw .cannotSplit(
                dataset: name,
                reason: "it has \(masked.count) examples with a mask, expected at least 4")
        }
        var random = RandomSource(seed: seed, stream: fold == nil ? "split" : "folds")
        var divider = SplitDivider(examples: examples, stratified: stratified, random: random)
        divider.shares = shares
        var parts: SplitDivider.Parts
        if let fold {
            let fault = divider.fault(
                of: fold, masked, classNames: classNames, isAssigned: table.isAssigned)
            if let fault { throw .cannotSplit(dataset: name, reason: fault) }
            if case .site(let site) = fold { divider.testedSite = site }
            parts = divider.parts(of: fold, masked)
        } else {
            parts = table.isAssigned ? divider.assigned(masked) : divider.drawn(masked)
            if parts.firstEmpty != nil {
                // Patients with many images: as they fit best, where they did not fit in the order
                // drawn.
                divider.random = random
                parts = table.isAssigned ? divider.assignedFitting(masked) : divider.fitting(masked)
            }
        }
        if let part = parts.firstEmpty {
            throw .cannotSplit(
                dataset: name,
                reason: "the \(part.rawValue) part would be empty"
                    + divider.shortage(of: masked, isAssigned: table.isAssigned))
        }
        random = RandomSource(seed: seed, stream: "labels")
        let order = LabelOrder.order(
            of: parts.train, examples: examples, stratified: stratified, using: &random)
        let classes = Set(parts.train.map { examples[$0].classIndex }).count
        let wanted = Double(parts.train.count) * labelledPercent / 100
        if let labelledImages, !(1...parts.train.count).contains(labelledImages) {
            throw .cannotSplit(
                dataset: name,
                reason:
                    "\(labelledImages) labelled images are asked for, and the training part has "
                    + "\(parts.train.count)")
        }
        let count =
            labelledImages
            ?? max(Int(wanted.rounded(.toNearestOrEven)), min(classes, parts.train.count))
        let unmasked = examples.indices.filter { !examples[$0].hasMask }
        return DataSplit(
            train: parts.train + unmasked.filter { divider.mayTrain($0, parts) },
            validation: parts.validation, test: parts.test, labelled: Array(order.prefix(count)))
    }
}
