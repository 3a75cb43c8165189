import Assembly
import Datasets
import Domain
import Specification
import Training
import Wording

/// What a cell is trained on: its data set, and the other ones whose images train without labels.
struct CellData {
    /// One data set and its division.
    struct Part {
        /// Its name, as the cell says it.
        let name: String
        let dataset: Dataset
        let split: DataSplit

        /// What is odd about it.
        var findings: [DatasetFinding] { dataset.findings + split.findings(for: dataset) }
    }

    /// The cell's own.
    let own: Part
    /// Those without labels, of which the training parts train.
    let others: [Part]
    /// All images, those of the others without anything but their pixels.
    let dataset: Dataset
    /// Who trains, selects and tests.
    let split: DataSplit

    /// - Throws: what the readers threw; `DatasetError` for a data set that cannot be divided, or be
    ///   unlabelled beside the cell's own.
    init(of cell: Cell, from shelf: DatasetShelf) throws {
        let dataset = try shelf.dataset(for: cell)
        own = Part(name: cell.dataset, dataset: dataset, split: try cell.split(of: dataset))
        others = try zip(cell.unlabelledDatasets, shelf.unlabelled(for: cell)).map {
            Part(name: $0, dataset: $1, split: try cell.splitOfUnlabelled($1))
        }
        self.dataset = try shelf.training(for: cell)
        split =
            others.isEmpty
            ? own.split
            : own.split.joined(
                with: others.map { ($0.dataset, $0.split.train) }, behind: dataset.examples.count,
                keepsOwn: cell.settings[UnlabelledSources.self].keepsOwn)
    }

    /// What the others bring, in words.
    var notes: [String] {
        others.map { other in
            let all = Plural.count(other.dataset.examples.count, "image")
            return "\(other.name): \(other.split.train.count) of \(all) train without labels, its "
                + "training part"
        }
    }
}

extension Cell {
    /// The division of the cell's own data set.
    func split(of dataset: Dataset) throws(DatasetError) -> DataSplit {
        try DataSplit.make(
            for: dataset, seed: splitSeed, labelledPercent: labels,
            labelledImages: settings.labelledImages, stratified: settings.split == .stratified,
            shares: settings.split.shares, fold: fold)
    }

    /// The division of another data set whose images train without labels: by the rules and the seed of
    /// the cell's own, without its folds, so that a cell of that data set has the same test part. All
    /// train where none has a mask to be tested by.
    func splitOfUnlabelled(_ dataset: Dataset) throws(DatasetError) -> DataSplit {
        guard dataset.examples.contains(where: \.hasMask) else {
            return DataSplit(
                train: Array(dataset.examples.indices), validation: [], test: [], labelled: [])
        }
        return try DataSplit.make(
            for: dataset, seed: splitSeed, labelledPercent: 100,
            stratified: settings.split == .stratified, shares: settings.split.shares)
    }
}
