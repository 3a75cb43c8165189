internal import Datasets
internal import Domain
internal import NN
internal import TensorCore

/// What procedures build from a request, each part in one way.
extension RunRequest {
    /// Training images whose masks may be used.
    var maskedLabelled: [Int] { split.labelled.filter { dataset.examples[$0].hasMask } }

    /// The class of an example, nil where it is unknown.
    func classOf(_ index: Int) -> Int? { dataset.examples[index].classIndex }

    /// The segmentor with its first weights, which `stream` tells apart from those of another one.
    func makeSegmentor(
        in context: ComputeContext, stream: String = "init"
    ) -> any SegmentationNetwork {
        var initialiser = Initialiser(
            context: context, random: RandomSource(seed: seed, stream: stream))
        return networks.segmentor(
            dataset.shape.channels, dataset.structures.count, &initialiser)
    }

    /// The classifier or discriminator with its first weights.
    func makeClassifier(inputChannels: Int, outputs: Int, in context: ComputeContext)
        -> any ClassificationNetwork
    {
        var initialiser = Initialiser(
            context: context, random: RandomSource(seed: seed, stream: "init-classifier"))
        return networks.classifier(inputChannels, outputs, &initialiser)
    }

    /// The optimiser of a network; `learningRate` nil takes the setting of the main network.
    func makeOptimiser(
        _ module: any Module, learningRate: Double? = nil, in context: ComputeContext
    ) -> any Optimizer {
        guard let entry = OptimizerRegistry.find(settings.optimizer) else {
            preconditionFailure("'\(settings.optimizer)' is no optimiser's name")
        }
        return entry.make(module.parameters, learningRate ?? settings.learningRate, context)
    }

    /// The loss over the outputs of `segmentor`, tried on one image so that a number of side
    /// weights that does not fit is found before training.
    func deepSupervision(for segmentor: any SegmentationNetwork, in context: ComputeContext) throws
        -> DeepSupervision
    {
        let weights = settings[SideWeights.self].weights
        let supervision = DeepSupervision(loss: loss, weights: weights)
        let tape = Tape(inference: context)
        let shape = Shape(batch: 1, dataset.shape)
        let outputs = segmentor(tape.constant(.zeros(shape, in: context)), on: tape).sides.count
        guard outputs == 1 || outputs == weights.count else {
            throw TrainingError.sideWeights(found: weights.count, outputs: outputs)
        }
        return supervision
    }

    /// Refuses a split without labelled masks to train on or without masks to test with.
    func requireMasks() throws {
        if maskedLabelled.isEmpty {
            throw TrainingError.noImages(split: "training", needed: "a label and a mask")
        }
        if !split.test.contains(where: { dataset.examples[$0].hasMask }) {
            throw TrainingError.noImages(split: "test", needed: "a mask")
        }
        try requireStatistics(reducedBy: 16, images: maskedLabelled.count)
        if settings[SideWeights.self].weights.allSatisfy({ $0 == 0 }) {
            throw TrainingError.settings(reason: "side-weights are all 0, so nothing is learned")
        }
    }

    /// Refuses a data set without classes, or a class that no labelled image shows.
    func requireClasses(_ procedure: String) throws {
        guard dataset.classNames.count > 1 else {
            throw TrainingError.noClasses(dataset: dataset.name, procedure: procedure)
        }
        let shown = Set(split.labelled.compactMap { dataset.examples[$0].classIndex })
        for (index, name) in dataset.classNames.enumerated() where !shown.contains(index) {
            throw TrainingError.classWithoutLabels(name: name, labelled: split.labelled.count)
        }
        if !split.test.contains(where: { dataset.examples[$0].classIndex != nil }) {
            throw TrainingError.noImages(split: "test", needed: "a class")
        }
        let known = split.labelled.filter { classOf($0) != nil }.count
        try requireStatistics(reducedBy: 32, images: known)
    }

    /// Refuses steps in which batch normalisation sees one value a channel: it would make that
    /// value 0 whatever the image.
    ///
    /// - Parameters:
    ///   - reduction: how much smaller than the image the network's smallest map is.
    ///   - images: how many there are for the batch.
    private func requireStatistics(reducedBy reduction: Int, images: Int) throws {
        let (height, width) = (dataset.shape.height, dataset.shape.width)
        guard max(height, width) <= reduction, min(settings.batch, images) == 1 else { return }
        throw TrainingError.settings(
            reason: "batch normalisation has one value a channel to work with where 1 image of "
                + "\(width) x \(height) pixels is a batch; expected 2 images or "
                + "more, or a side from \(reduction + 1)")
    }
}

extension Shape {
    /// `[N, H, W, C]` of a batch of images, or with `maps` for each pixel.
    init(batch: Int, _ image: ImageShape, maps: Int? = nil) {
        self.init(batch, image.height, image.width, maps ?? image.channels)
    }
}
