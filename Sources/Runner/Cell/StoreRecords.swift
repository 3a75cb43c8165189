import Datasets
import Domain
import RunStore
import Specification
import Training

extension DatasetRecord {
    /// A loaded data set as the store knows it.
    init(_ dataset: Dataset) {
        self.init(
            name: dataset.name, origin: dataset.origin == .phantom ? .phantom : .real,
            fingerprint: dataset.fingerprint, classes: dataset.classNames,
            side: dataset.shape.height, notes: dataset.notes,
            images: dataset.examples.map { example in
                Image(
                    name: example.id,
                    className: example.classIndex.map { dataset.classNames[$0] },
                    patient: example.patient, hasMask: example.hasMask,
                    width: example.originalWidth, height: example.originalHeight)
            })
    }
}

extension SplitRecord {
    /// A split by the names of its images.
    init(_ split: DataSplit, of dataset: Dataset, for cell: Cell) {
        func names(_ indices: [Int]) -> [String] { indices.map { dataset.examples[$0].id } }
        self.init(
            seed: cell.splitSeed, labels: cell.labels,
            rule: cell.settings.split.rawValue
                + (cell.fold.map { ", fold \($0)" } ?? ""),
            train: names(split.train), validation: names(split.validation),
            test: names(split.test), labelled: names(split.labelled))
    }
}

extension EpochReport {
    /// The points of the epoch's curves.
    var points: [MetricPoint] {
        let usual = [
            ("loss", trainLoss), ("learning-rate", learningRate),
            ("images-per-second", imagesPerSecond), ("seconds", seconds),
        ]
        // What a program did not tell is not there.
        var points = usual.filter { !$1.isNaN }.map {
            MetricPoint(split: .train, name: $0, epoch: epoch, value: $1)
        }
        // A procedure with a single term calls it `loss` too; the point is there already.
        for (name, value) in trainTerms.sorted(by: { $0.key < $1.key }) where name != "loss" {
            points.append(MetricPoint(split: .train, name: name, epoch: epoch, value: value))
        }
        for (name, value) in validation.sorted(by: { $0.key < $1.key }) {
            points.append(MetricPoint(split: .validation, name: name, epoch: epoch, value: value))
        }
        return points
    }
}
