internal import Datasets
internal import Domain
internal import Foundation
internal import Imaging
internal import Metrics
internal import Training

/// What a program predicted, measured as Lightbox measures its own networks.
struct ProgramPredictions {
    let request: RunRequest
    let place: ProgramPlace
    /// Class probabilities by weights and image.
    let classes: [WeightsKind: [String: [Double]]]

    private var dataset: Dataset { request.dataset }

    /// The evaluations of the best weights, and of the last where there are any, on the test and the
    /// validation images.
    ///
    /// - Throws: `ProgramError` for a prediction that is missing or wrong.
    func evaluations() throws(ProgramError) -> [Evaluation] {
        var all: [Evaluation] = []
        for kind in [WeightsKind.best, .last] {
            let hasMasks = has(kind)
            let probabilities = classes[kind] ?? [:]
            if !hasMasks, probabilities.isEmpty {
                guard kind == .best else { continue }
                throw .nothing(
                    reason: "the program predicted nothing; expected a file of each test and "
                        + "validation image in predictions/best, or lines with its classes")
            }
            for (part, indices) in [
                (SplitPart.test, request.split.test), (.validation, request.split.validation),
            ] where !indices.isEmpty {
                let masks = hasMasks ? try segmentation(kind, indices) : nil
                let told = try classification(probabilities, indices)
                all.append(
                    Evaluation(
                        weights: kind, split: part, segmentation: masks, classification: told,
                        oracleClassification: nil))
            }
        }
        return all
    }

    private func folder(_ kind: WeightsKind) -> URL {
        place.predictions.appendingPathComponent(kind.rawValue, isDirectory: true)
    }

    private func has(_ kind: WeightsKind) -> Bool {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder(kind).path)
        return names?.isEmpty == false
    }

    // MARK: Masks

    private func segmentation(
        _ kind: WeightsKind, _ indices: [Int]
    ) throws(ProgramError) -> SegmentationEvaluation {
        var evaluation = SegmentationEvaluation(
            structures: dataset.structures, keepsMasks: request.settings.keepMasks == .test)
        for index in indices where dataset.examples[index].hasMask {
            let found = try prediction(of: dataset.examples[index].id, kind)
            for (structure, mask) in found.masks.enumerated() {
                evaluation.update(
                    dataset, index, structure, prediction: mask,
                    probabilities: found.probabilities?[structure] ?? [])
            }
        }
        return evaluation
    }

    /// A mask a structure, and its probabilities where the program gave any.
    private typealias Found = (masks: [[UInt8]], probabilities: [[Float]]?)

    private func prediction(
        of id: String, _ kind: WeightsKind
    ) throws(ProgramError) -> Found {
        func fault(_ reason: String) -> ProgramError { .prediction(image: id, reason: reason) }
        let stem = folder(kind).appendingPathComponent(CellDocument.name(id))
        let array = stem.appendingPathExtension("npy"), picture = stem.appendingPathExtension("png")
        let files = FileManager.default
        let (hasArray, hasPicture) = (
            files.fileExists(atPath: array.path), files.fileExists(atPath: picture.path)
        )
        guard hasArray || hasPicture else {
            throw fault(
                "is missing; expected predictions/\(kind.rawValue)/\(CellDocument.name(id)).npy "
                    + "or .png")
        }
        do {
            if hasArray { return try masks(ArrayText(try ImageFile.bytes(of: array))) }
            return try masks(try ImageFile.bytes(of: picture), name: picture.lastPathComponent)
        } catch let error as ArrayText.Fault {
            throw fault(error.reason)
        } catch {
            throw fault("cannot be read: \(error)")
        }
    }

    private func masks(_ array: ArrayText) throws(ArrayText.Fault) -> Found {
        let (height, width, maps) = (
            dataset.shape.height, dataset.shape.width, dataset.structures.count
        )
        let isMap = array.shape == [height, width]
        guard array.shape == [maps, height, width] || isMap && (maps == 1 || !array.isReal) else {
            let one = maps == 1 ? "(\(height), \(width)) or " : ""
            throw ArrayText.Fault(
                "has the shape \(Self.words(array.shape)); expected \(one)"
                    + Self.words([maps, height, width]))
        }
        let size = height * width
        if array.isReal {
            guard array.values.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
                let found = array.values.first { !($0 >= 0 && $0 <= 1) } ?? .nan
                throw ArrayText.Fault("has the probability \(found); expected 0 to 1")
            }
            let probabilities = (0..<maps).map {
                Array(array.values[($0 * size)..<(($0 + 1) * size)])
            }
            return (
                BinaryMask.foreground(probabilities, areExclusive: request.settings.exclusive),
                probabilities
            )
        }
        let most: Float = isMap ? Float(maps) : 1
        guard array.values.allSatisfy({ $0 >= 0 && $0 <= most }) else {
            let found = array.values.first { !($0 >= 0 && $0 <= most) } ?? 0
            throw ArrayText.Fault(
                "has the value \(Self.words(found)); expected 0 to \(Self.words(most))")
        }
        if isMap {
            // The value of a pixel is the number of its structure, from 1.
            return (
                (0..<maps).map { map in array.values.map { $0 == Float(map + 1) ? 1 : 0 } }, nil
            )
        }
        return (
            (0..<maps).map { map in
                array.values[(map * size)..<((map + 1) * size)].map { $0 == 1 ? 1 : 0 }
            }, nil
        )
    }

    /// A picture of one structure: what is brighter than half of its range is foreground.
    private func masks(_ bytes: [UInt8], name: String) throws -> Found {
        guard dataset.structures.count == 1 else {
            throw ArrayText.Fault(
                "is a picture, which shows one structure; expected .npy of "
                    + "\(dataset.structures.count)")
        }
        let (height, width) = (dataset.shape.height, dataset.shape.width)
        let info = try ImageFile.info(bytes, name: name)
        guard info.width == width, info.height == height else {
            throw ArrayText.Fault(
                "has \(info.width) x \(info.height) pixels; expected \(width) x \(height)")
        }
        let picture = try ImageFile.decode(bytes, name: name)
        // 0 and 1 of a picture that is not scaled are a mask as well.
        let largest = picture.pixels.max() ?? 0
        let threshold = largest == 1 ? 1 : picture.maximum / 2 + 1
        return ([picture.pixels.map { $0 >= threshold ? 1 : 0 }], nil)
    }

    private static func words(_ value: Float) -> String {
        Int(exactly: value).map(String.init) ?? String(value)
    }

    private static func words(_ shape: [Int]) -> String {
        "(" + shape.map(String.init).joined(separator: ", ") + ")"
    }

    // MARK: Classes

    private func classification(
        _ probabilities: [String: [Double]], _ indices: [Int]
    ) throws(ProgramError) -> ClassificationEvaluation? {
        guard !probabilities.isEmpty, dataset.classNames.count > 1 else { return nil }
        var evaluation = ClassificationEvaluation(classNames: dataset.classNames)
        for index in indices {
            let example = dataset.examples[index]
            guard let target = example.classIndex else { continue }
            guard let values = probabilities[example.id] else {
                throw .prediction(
                    image: example.id, reason: "has no classes, which other images have")
            }
            guard values.count == dataset.classNames.count,
                values.allSatisfy({ $0 >= 0 && $0 <= 1 })
            else {
                throw .prediction(
                    image: example.id,
                    reason: "has the class probabilities \(values); expected "
                        + "\(dataset.classNames.count) from 0 to 1")
            }
            evaluation.update(target: target, probabilities: values, id: example.id)
        }
        return evaluation
    }
}
