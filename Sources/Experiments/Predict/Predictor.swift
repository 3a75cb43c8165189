import Datasets
import Foundation
public import Imaging
import Models
import NN
public import RunStore
public import TensorCore
import Training

/// A trained segmentation network, ready for images of any size.
public final class Predictor {
    private let network: any SegmentationNetwork
    private let settings: TrainingSettings
    private let context: ComputeContext

    /// Loads the weights of a run.
    ///
    /// - Throws: `PredictionError` where the run has no weights or they are another network's;
    ///   `SafetensorsError` where the file is damaged.
    public init(
        run: StoredRun, weights: Weights, zoo: Zoo = .standard, context: ComputeContext
    ) throws {
        guard let model = zoo.models.first(where: { $0.name == run.cell.model }) else {
            throw PredictionError.noSegmentor(run: run.id, model: run.cell.model)
        }
        guard let file = run.files["weights-\(weights.rawValue)"] else {
            throw PredictionError.noWeights(run: run.id, weights: weights.rawValue)
        }
        settings = run.cell.settings
        self.context = context
        var make = Initialiser(
            context: context, random: RandomSource(seed: run.cell.seed, stream: "init"))
        network = model.make(NetworkSettings(settings), &make)
        let stored = try Safetensors.read(from: file, in: context).tensors
        let byName = Dictionary(
            stored.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        for tensor in network.weights {
            guard let value = byName[tensor.name], value.shape == tensor.tensor.shape else {
                throw PredictionError.wrongWeights(path: file.path, tensor: tensor.name)
            }
            tensor.tensor.copy(from: value)
        }
    }

    /// Probability of the foreground at each pixel of `image`, row by row, 0 … 1.
    ///
    /// The image is reduced to the size that the network was trained on; the answer is enlarged
    /// back by bilinear interpolation.
    public func probabilities(of image: GrayImage) -> [Float] {
        let side = settings.image
        var values = AreaAverage.reduce(image, width: side, height: side)
        settings.normalisation.apply(to: &values)
        let answer = probabilities(ofNormalised: values, side: side)
        return Bilinear.enlarge(
            answer, side: side, width: image.width, height: image.height)
    }

    /// Probability of the foreground at each pixel of an image as networks see it: `side * side`
    /// values, normalised as in training.
    public func probabilities(ofNormalised values: [Float], side: Int) -> [Float] {
        let tape = Tape(
            context: context, training: false, random: RandomSource(seed: 0, stream: "predict"))
        let input = tape.constant(Tensor(values, shape: Shape(1, side, side, 1), in: context))
        return network(input, on: tape).mask.value.values
    }
}

/// Why a run cannot predict, in one sentence.
public enum PredictionError: Error, Equatable, CustomStringConvertible {
    /// The run has no segmentation network, or one that this Lightbox does not know.
    case noSegmentor(run: RunID, model: String)
    /// The run left no such weights.
    case noWeights(run: RunID, weights: String)
    /// The file holds other tensors than the network needs.
    case wrongWeights(path: String, tensor: String)

    /// What, where, found, expected.
    public var description: String {
        switch self {
        case .noSegmentor(let run, let model):
            "run \(run) trained '\(model)', which is no segmentation network of this Lightbox"
        case .noWeights(let run, let weights):
            "run \(run) has no '\(weights)' weights; expected a completed run"
        case .wrongWeights(let path, let tensor):
            "\(path) does not fit the run's network: tensor '\(tensor)' is missing or has another"
                + " shape"
        }
    }
}

extension NetworkSettings {
    /// The network that the settings ask for, for one grey channel.
    init(_ settings: TrainingSettings) {
        self.init(
            inputChannels: 1, width: settings.width, batchNormMomentum: settings.batchNormMomentum,
            gatesLevel1: settings.gateLevel1)
    }
}
