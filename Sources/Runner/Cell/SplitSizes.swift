import Datasets

/// How many images the parts of a division have.
public struct SplitSizes: Sendable, Hashable, Codable {
    /// Images that train, those of them whose labels are used, and those of the other parts.
    public let train: Int, labelled: Int, validation: Int, test: Int

    /// Sizes as the store has them.
    public init(train: Int, labelled: Int, validation: Int, test: Int) {
        self.train = train
        self.labelled = labelled
        self.validation = validation
        self.test = test
    }

    init(_ split: DataSplit) {
        self.init(
            train: split.train.count, labelled: split.labelled.count,
            validation: split.validation.count, test: split.test.count)
    }

    /// "train 10 (2 labelled), validation 4, test 7".
    public var text: String {
        let part = labelled < train ? " (\(labelled) labelled)" : ""
        return "train \(train)\(part), validation \(validation), test \(test)"
    }
}
