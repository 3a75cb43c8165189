import Assembly
import Datasets
import Domain
import Foundation
import Inference
import Metrics
import Reports
import RunStore
import Runner
import Server
import Specification
import TensorCore
import Wording

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
    /// The masks that were used last.
    private var used: [(run: RunID, weights: WeightsKind, masks: Masks)] = []

    /// Where a run's masks of images come from.
    private struct Masks {
        enum Source {
            /// The run kept them.
            case kept(KeptMasks)
            /// Its networks make them.
            case made(Predictor)
        }

        let source: Source
        /// Why the networks make them although the run kept some.
        var refusal: String?

        var structures: [String] {
            switch source {
            case .kept(let masks): masks.structures
            case .made(let predictor): predictor.structures
            }
        }
    }

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
            let source = try masks(of: run, stored, weights).source
            if case .kept(let masks) = source,
                masks.size != dataset.shape.size || masks.structures != dataset.structures
            {
                throw CommandFailure(
                    .badData,
                    "the masks that run \(run) kept are \(masks.size.width) x \(masks.size.height) of "
                        + "\(masks.structures.joined(separator: ", ")); expected "
                        + "\(dataset.shape.width) x \(dataset.shape.height) of "
                        + dataset.structures.joined(separator: ", "))
            }
            let wanted = Set(names)
            var pictures: [String: OverlayPicture] = [:]
            for (index, example) in dataset.examples.enumerated() where wanted.contains(example.id)
            {
                let values = Array(dataset.image(index)), placement = dataset.placement(index)
                let image = Self.gray(
                    placement.cut(values, channels: dataset.shape.channels),
                    channels: dataset.shape.channels)
                let low = image.min() ?? 0, high = image.max() ?? 1
                let range = high > low ? high - low : 1
                let predictions: [[UInt8]]
                switch source {
                case .kept(let masks):
                    // Of images without a target the run kept none.
                    guard let found = masks.masks(of: example.id, weights: weights) else {
                        continue
                    }
                    predictions = found.map { placement.cut($0) }
                case .made(let predictor):
                    let maps = try predictor.masks(of: values, at: placement)
                    predictions = BinaryMask.foreground(
                        maps.map { placement.cut($0) }, areExclusive: predictor.areExclusive)
                }
                let targets = dataset.structures.indices.map {
                    placement.cut(dataset.mask(index, of: $0).pixels)
                }
                pictures[example.id] = OverlayPicture(
                    size: placement.visible, pixels: image.map { ($0 - low) / range },
                    structures: dataset.structures, targets: example.hasMask ? targets : nil,
                    predictions: predictions)
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

    /// What a run's masks show, in the order of their colours, and where they come from; or why it has
    /// none.
    func origin(of run: RunID, weights: WeightsKind) -> Site.MaskOrigin {
        lock.withLock {
            do {
                let masks = try masks(of: run, StoredRun(run, in: store), weights)
                if case .kept = masks.source { return .kept(structures: masks.structures) }
                return .weights(structures: masks.structures, instead: masks.refusal)
            } catch {
                return .unavailable(reason: Sentence.of(error))
            }
        }
    }

    /// The masks that the run kept, where it kept some and they are its own; else those that its
    /// networks make.
    private func masks(
        of run: RunID, _ stored: StoredRun, _ weights: WeightsKind
    ) throws -> Masks {
        if let known = used.first(where: { $0.run == run && $0.weights == weights }) {
            return known.masks
        }
        var refusal: (any Error)?
        var kept: KeptMasks?
        do {
            kept = try stored.keptMasks(ofImages: try images(of: run))
        } catch {
            refusal = error
        }
        let masks: Masks
        if let kept, kept.weights.contains(weights) {
            masks = Masks(source: .kept(kept))
        } else {
            do {
                let predictor = try Predictor(run: stored, weights: weights, context: context)
                masks = Masks(
                    source: .made(predictor), refusal: refusal.map { Sentence.of($0) })
            } catch {
                // What the run kept would have done.
                throw refusal ?? error
            }
        }
        // Two runs are looked at side by side.
        used = Array(used.suffix(1)) + [(run, weights, masks)]
        return masks
    }

    /// The test images whose masks a run has measured.
    private func images(of run: RunID) throws -> [String] {
        try store.imageValues(
            of: run, metric: MetricEntry.dice.name, weights: WeightsKind.best.rawValue,
            worstFirst: true
        ).map(\.image)
    }
}
