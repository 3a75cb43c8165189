import Assembly
import Datasets
import Domain
import Foundation
import Inference
import Reports
import RunStore
import Runner
import Specification
import TensorCore

/// Loads the data sets of runs and lets the runs segment their images, for overlays.
///
/// Data sets and networks stay loaded, so that several sheets of one report cost one load.
final class OverlayPictures: @unchecked Sendable {
    private let store: RunStore
    private let weights: WeightsKind
    /// The folder of the data sets, where the user names it.
    private let data: String?
    /// The data sets of each folder.
    private var shelves: [String: DatasetShelf] = [:]
    private let context = ComputeContext(threads: Machine.processors)
    private let lock = NSLock()
    /// The networks that were used last.
    private var used: [(run: RunID, weights: WeightsKind, predictor: Predictor)] = []

    /// Pictures from the data sets below `data`, else where the runs' experiments have them.
    init(store: RunStore, weights: WeightsKind, data: String?) {
        self.store = store
        self.weights = weights
        self.data = data
    }

    /// The images of a run's data set with their masks and the run's own.
    ///
    /// - Throws: `DatasetError`, `PredictionError`; `CommandFailure` when the files are not those
    ///   that the run was trained on.
    func pictures(
        of run: RunID, named names: [String], weights: WeightsKind? = nil
    ) throws -> [String: OverlayPicture] {
        let weights = weights ?? self.weights
        return try lock.withLock {
            let stored = try StoredRun(run, in: store)
            let dataset = try shelf(of: run, stored.cell.dataset).dataset(for: stored.cell)
            if let known = try store.reportFingerprint(ofRun: run), known != dataset.fingerprint {
                throw CommandFailure(
                    .badData,
                    "run \(run) was trained on other files of '\(dataset.name)' (fingerprint "
                        + "\(known.prefix(8))) than those found (\(dataset.fingerprint.prefix(8))); "
                        + "name their folder with --data")
            }
            let predictor = try predictor(of: run, stored, weights)
            let wanted = Set(names)
            var pictures: [String: OverlayPicture] = [:]
            for (index, example) in dataset.examples.enumerated() where wanted.contains(example.id)
            {
                let values = Array(dataset.image(index)), placement = dataset.placement(index)
                let masks = try predictor.masks(of: values, at: placement)
                let image = Self.gray(
                    placement.cut(values, channels: dataset.shape.channels),
                    channels: dataset.shape.channels)
                let low = image.min() ?? 0, high = image.max() ?? 1
                let range = high > low ? high - low : 1
                let targets = dataset.structures.indices.map {
                    placement.cut(dataset.mask(index, of: $0).pixels)
                }
                pictures[example.id] = OverlayPicture(
                    size: placement.visible, pixels: image.map { ($0 - low) / range },
                    structures: dataset.structures, targets: example.hasMask ? targets : nil,
                    predictions: BinaryMask.foreground(
                        masks.map { placement.cut($0) }, areExclusive: predictor.areExclusive))
            }
            return pictures
        }
    }

    /// The luma of `[H, W, C]` values.
    private static func gray(_ values: [Float], channels: Int) -> [Float] {
        guard channels == 3 else { return values }
        return stride(from: 0, to: values.count, by: 3).map {
            0.299 * values[$0] + 0.587 * values[$0 + 1] + 0.114 * values[$0 + 2]
        }
    }

    private func shelf(of run: RunID, _ dataset: String) throws -> DatasetShelf {
        let root = try ExperimentData.root(
            option: data, runs: [run], datasets: [dataset], in: store)
        if let known = shelves[root.url.path] { return known }
        let shelf = DatasetShelf(root: root)
        shelves[root.url.path] = shelf
        return shelf
    }

    /// The structures that a run segments, in the order of their colours.
    ///
    /// - Throws: as `pictures`, but for what only the images tell.
    func structures(of run: RunID, weights: WeightsKind) throws -> [String] {
        try lock.withLock {
            try predictor(of: run, try StoredRun(run, in: store), weights).structures
        }
    }

    private func predictor(
        of run: RunID, _ stored: StoredRun, _ weights: WeightsKind
    ) throws -> Predictor {
        if let known = used.first(where: { $0.run == run && $0.weights == weights }) {
            return known.predictor
        }
        let made = try Predictor(run: stored, weights: weights, context: context)
        // Two runs are looked at side by side.
        used = Array(used.suffix(1)) + [(run, weights, made)]
        return made
    }
}
