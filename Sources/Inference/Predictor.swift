public import Assembly
import Datasets
public import Domain
import Foundation
public import Imaging
import Models
import NN
import RunStore
import Specification
public import TensorCore
import Training

/// The trained networks of a run, ready for images of any size.
public final class Predictor {
    /// What a run says about one image.
    public struct Answer: Sendable {
        /// Probability of each structure at each pixel, row by row, in the order of `structures`;
        /// empty from a mere classifier.
        public let masks: [[Float]]
        /// Probability of each class, in the order of `classNames`; empty without classes.
        public let classes: [Double]
    }

    /// The classes that the run tells, in index order; empty for a mere segmentor.
    public let classNames: [String]

    /// The structures that the run segments, a mask each; empty for a mere classifier.
    public let structures: [String]

    /// Whether a pixel shows one of them at most.
    public var areExclusive: Bool { settings.exclusive }

    private let segmentor: (any SegmentationNetwork)?
    private let classifier: (any ClassificationNetwork)?
    private let run: StoredRun
    private let context: ComputeContext
    private var settings: TrainingSettings { run.cell.settings }
    private let criticInput: CriticInput

    /// Whether the run gives masks.
    public var givesMasks: Bool { segmentor != nil }

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
        self.context = context
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
        let shape = run.cell.settings.imageShape
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

    /// What the run says about `image`.
    ///
    /// The image is reduced to the size that the networks were trained on; the mask is enlarged
    /// back by bilinear interpolation.
    public func answer(for image: GrayImage) -> Answer {
        let shape = settings.imageShape
        var values = AreaAverage.reduce(image, width: shape.width, height: shape.height)
        settings.normalisation.apply(to: &values)
        let answer = answer(forNormalised: values, shape)
        return Answer(
            masks: answer.masks.map {
                Bilinear.enlarge($0, shape, width: image.width, height: image.height)
            }, classes: answer.classes)
    }

    /// What the run says about an image as networks see it: `[H, W, C]` values, normalised as in
    /// training; the mask has that size.
    private func answer(forNormalised values: [Float], _ shape: ImageShape) -> Answer {
        let tape = Tape(
            context: context, training: false, random: RandomSource(seed: 0, stream: "predict"))
        let input = tape.constant(
            Tensor(
                values, shape: Shape(1, shape.height, shape.width, shape.channels), in: context))
        let mask = segmentor.map { $0(input, on: tape).mask }
        var classes: [Double] = []
        if let classifier {
            let inputs = mask.map { criticInput(input, $0, on: tape) } ?? [input]
            let logits = classifier(inputs, on: tape).value
            classes = Self.softmax(logits.values.prefix(classNames.count))
        }
        let maps = mask.map { mask in
            structures.indices.map { mask.value.map($0, ofImage: 0) }
        }
        return Answer(masks: maps ?? [], classes: classes)
    }

    /// The run's mask of each structure of an image as networks see it, as probabilities.
    ///
    /// - Throws: `PredictionError.noMasks` for a mere classifier.
    public func masks(ofNormalised values: [Float], _ shape: ImageShape) throws -> [[Float]] {
        guard givesMasks else {
            throw PredictionError.noMasks(run: run.id, procedure: run.cell.procedure)
        }
        return answer(forNormalised: values, shape).masks
    }

    private static func softmax(_ logits: ArraySlice<Float>) -> [Double] {
        let largest = Double(logits.max() ?? 0)
        let powers = logits.map { exp(Double($0) - largest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }
}
