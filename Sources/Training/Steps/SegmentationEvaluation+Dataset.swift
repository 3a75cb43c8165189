public import Datasets
internal import Domain
public import Metrics

extension SegmentationEvaluation {
    /// Adds a prediction of one structure of an image of `dataset`, without the padding around the image.
    ///
    /// - Parameters:
    ///   - prediction: `height * width` of 0 or 1, as networks see the image.
    ///   - probabilities: of the same pixels; empty where they are not known.
    public mutating func update(
        _ dataset: Dataset, _ index: Int, _ structure: Int, prediction: [UInt8],
        probabilities: [Float] = []
    ) {
        let example = dataset.examples[index]
        let masks = dataset.compared(index, structure, with: prediction)
        let placement = dataset.placement(index)
        // Files of kept masks have one size for all images: around them is background.
        let kept =
            keepsMasks
            ? BinaryMask(
                placement.put(masks.prediction.pixels, padding: 0), height: dataset.shape.height,
                width: dataset.shape.width) : nil
        update(
            SegmentationCase(
                target: masks.target, prediction: masks.prediction,
                polarity: example.publishedPositive),
            id: example.id, structure: structure,
            probabilities: probabilities.isEmpty
                ? [] : placement.cut(probabilities), keeping: kept)
    }
}

extension Dataset {
    /// What is drawn of one structure of an image, and a prediction of it, without the padding around the
    /// image.
    ///
    /// - Parameter prediction: `height * width` of 0 or 1, as networks see the image.
    func compared(
        _ index: Int, _ structure: Int, with prediction: [UInt8]
    ) -> (target: BinaryMask, prediction: BinaryMask) {
        let placement = placement(index)
        let (height, width) = (placement.visible.height, placement.visible.width)
        let target = mask(index, of: structure).pixels
        return (
            BinaryMask(placement.cut(target), height: height, width: width),
            BinaryMask(placement.cut(prediction), height: height, width: width)
        )
    }
}
