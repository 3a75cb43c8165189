public import Assembly
import Datasets
public import Domain
import Foundation
import Imaging
import Models
import NN
public import RunStore
import Specification
public import TensorCore
import Training

/// The trained networks of a run: alone, or as a member of an `Ensemble`.
public final class Predictor {
    /// What a run says about one image.
    struct Answer {
        /// Probability of each structure at each pixel, row by row, in the order of `structures`;
        /// empty from a mere classifier.
        let masks: [[Float]]
        /// Probability of each class, in the order of `classNames`; empty without classes.
        let classes: [Double]
    }

    /// The classes that the run tells, in index order; empty for a mere segmentor.
    public let classNames: [String]

    /// The structures that the run segments, a mask each; empty for a mere classifier.
    public let structures: [String]

    /// Whether a pixel shows one of them at most.
    public var areExclusive: Bool { settings.exclusive }

    private let segmentor: (any SegmentationNetwork)?
    private let classifier: (any ClassificationNetwork)?
    let run: StoredRun
    let weights: WeightsKind
    let context: ComputeContext
    var settings: TrainingSettings { run.cell.settings }
    private let criticInput: CriticInput

    /// Whether the run gives masks.
    public var givesMasks: Bool { segmentor != nil }

    /// The run's number and the digest of its configuration.
    public var id: RunID { run.id }
    let digest: String

    /// How an image becomes what the networks see.
    var preparation: ImagePreparation { settings.preparation }
    /// The extents of the images that the networks see.
    var shape: ImageShape { preparation.shape }

    /// What runs have to have in common to answer together, in words.
    var traits: [String] {
        [
            givesMasks
                ? "segments " + structures.joined(separator: ", ")
                    + (areExclusive && structures.count > 1 ? ", one a pixel" : "")
                : "gives no masks",
            classNames.isEmpty ? "tells no classes" : "tells " + classNames.joined(separator: ", "),
            "has images of \(shape.width) x \(shape.height)"
                + (preparation.resize == .stretch ? "" : " (\(preparation.resize.rawValue))")
                + (settings.channels == .gray ? "" : " in \(settings.channels.rawValue)"),
        ]
    }

    /// Loads the weights of a run.
    ///
    /// - Throws: `PredictionError` where the run has no weights or they are another network's;
    ///   `ArtifactError` and `SafetensorsError` where the file is not what the run wrote.
    public init(
        run: StoredRun, weights: WeightsKind, zoo: Zoo = .standard, context: ComputeContext
    ) throws {
        guard run.cell.program == nil else { throw PredictionError.byProgram(run: run.id) }
        guard let model = zoo.models.first(where: { $0.name == run.cell.model }) else {
            throw PredictionError.noSegmentor(run: run.id, model: run.cell.model)
        }
        guard let file = try run.file(of: weights) else {
            throw PredictionError.noWeights(run: run.id, weights: weights.rawValue)
        }
        self.run = run
        self.weights = weights
        self.context = context
        digest = run.digest
        criticInput = run.cell.settings[AdversarialSettings.self].input
        let (stored, metadata) = try WeightsFile(file).tensors(in: context)
        let tensors = Dictionary(
            stored.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        func load(_ network: some Module, prefix: String) throws {
            for tensor in network.weights {
                let name = prefix + tensor.name
                guard let value = tensors[name], value.shape == tensor.tensor.shape else {
                    throw PredictionError.wrongWeights(path: file.url.path, tensor: name)
                }
                tensor.tensor.copy(from: value)
            }
        }
        let factory = NetworkFactory(model: model, settings: run.cell.settings)
        let shape = run.cell.settings.preparation.shape
        var make = Initialiser(
            context: context, random: RandomSource(seed: run.cell.seed, stream: "init"))
        let results = run.results(in: zoo)
        let givesMasks = results.contains(.masks)
        let named = NameList.structures(
            metadata, of: run.cell, in: DatasetRegistry.find(run.cell.dataset))
        structures = givesMasks ? named ?? ["mask"] : []
        let segmentor =
            givesMasks ? factory.segmentor(shape.channels, structures.count, &make) : nil
        if let segmentor { try load(segmentor, prefix: "") }
        self.segmentor = segmentor
        let names = NameList(metadata: metadata[NameList.classes] ?? "", known: run.classNames)
            .names
        guard results.contains(.classes), names.count > 1 else {
            (classNames, classifier) = ([], nil)
            return
        }
        // Beside a segmentor the classifier is the critic of (image, mask) pairs, which has outputs
        // besides the classes.
        let prefix = givesMasks ? "critic/" : "", bias = prefix + "classifier.output.bias"
        guard let outputs = tensors[bias]?.count, outputs >= names.count else {
            throw PredictionError.wrongWeights(path: file.url.path, tensor: bias)
        }
        let channels =
            givesMasks
            ? criticInput.channels(image: shape.channels, structures: structures.count)
            : shape.channels
        let classifier = factory.classifier(channels, outputs, &make)
        try load(classifier, prefix: prefix)
        (classNames, self.classifier) = (names, classifier)
    }

    /// What the run says about an image as networks see it: `[H, W, C]` values, prepared as in training
    /// and placed there; the mask has that size.
    func answer(for values: [Float], at placement: ImagePlacement) -> Answer {
        let tape = Tape(
            context: context, training: false, random: RandomSource(seed: 0, stream: "predict"))
        let input = tape.constant(
            Tensor(
                values, shape: Shape(1, shape.height, shape.width, shape.channels), in: context))
        let (mask, logits) = outputs(for: input, inside: inside(placement), on: tape)
        let maps = mask.map { mask in
            structures.indices.map { mask.value.map($0, ofImage: 0) }
        }
        let classes = logits.map { Self.softmax($0.value.values.prefix(classNames.count)) }
        return Answer(masks: maps ?? [], classes: classes ?? [])
    }

    /// Where an image is not padding, `[1, H, W, K]` of 1 and 0; nil without padding or masks.
    private func inside(_ placement: ImagePlacement) -> Tensor? {
        guard placement.isPadded, givesMasks else { return nil }
        let maps = structures.count
        let ones = [Float](repeating: 1, count: placement.visible.pixels * maps)
        return Tensor(
            placement.put(ones, channels: maps, padding: 0),
            shape: Shape(1, shape.height, shape.width, maps), in: context)
    }

    /// What the networks give for images: probabilities of structures, `[N, H, W, K]`, nil from a mere
    /// classifier; logits, of which the first are those of the classes, nil from a mere segmentor.
    ///
    /// - Parameter inside: where the masks that a critic sees are not padding; nil is everywhere.
    func outputs(
        for images: Variable, inside: Tensor? = nil, on tape: Tape
    ) -> (mask: Variable?, logits: Variable?) {
        let mask = segmentor.map { $0(images, on: tape).mask }
        let logits = classifier.map { classifier in
            let inputs =
                mask.map { criticInput(images, tape.hidden($0, outside: inside), on: tape) }
                ?? [images]
            return classifier(inputs, on: tape)
        }
        return (mask, logits)
    }

    /// The run's mask of each structure of an image as networks see it, as probabilities.
    ///
    /// - Throws: `PredictionError.noMasks` for a mere classifier.
    public func masks(of values: [Float], at placement: ImagePlacement) throws -> [[Float]] {
        guard givesMasks else {
            throw PredictionError.noMasks(run: run.id, procedure: run.cell.procedure)
        }
        return answer(for: values, at: placement).masks
    }

    private static func softmax(_ logits: ArraySlice<Float>) -> [Double] {
        let largest = Double(logits.max() ?? 0)
        let powers = logits.map { exp(Double($0) - largest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }
}
