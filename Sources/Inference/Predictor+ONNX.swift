import Datasets
import Domain
public import ONNX
public import RunStore
import TensorCore
import Training

extension Predictor {
    /// The version of the keys below.
    private static let metadataVersion = 1

    /// The run's networks as ONNX, with what a program has to know to use them: how an image becomes
    /// the input, and what the outputs are of.
    ///
    /// The graph is what a tape traces of one evaluation, so it is that of any network. Metadata has
    /// digests and names of structures and classes, no path and nobody's name.
    ///
    /// - Parameters:
    ///   - store: where the run is from.
    ///   - version: of the program.
    /// - Throws: `ONNXError`, `StoreError`; `PredictionError.paddedCritic`.
    public func onnx(from store: RunStore, version: String) throws -> ONNXModel {
        // The graph has no input that says where an image ends.
        if givesMasks, !classNames.isEmpty, preparation.resize == .fit {
            throw PredictionError.paddedCritic(run: id)
        }
        return ONNXModel(
            graph: try graph(), producerVersion: version,
            documentation: "Networks of a run of Lightbox. Metadata: docs/reports.md, ONNX.",
            metadata: try metadata(from: store))
    }

    private func graph() throws(ONNXError) -> ONNXGraph {
        let tape = Tape(tracing: context)
        let extents = Shape(1, shape.height, shape.width, shape.channels)
        let image = tape.constant(.zeros(extents, in: context))
        let (mask, logits) = outputs(for: image, on: tape)
        var outputs: [ONNXOutput] = []
        if let mask { outputs.append(.probabilities(mask)) }
        if let logits { outputs.append(.classes(logits: logits, count: classNames.count)) }
        return try ONNXGraph(tape.trace, from: image, to: outputs)
    }

    private func metadata(from store: RunStore) throws -> [(key: String, value: String)] {
        var facts: [(key: String, value: String)] = [
            ("format", String(Self.metadataVersion)),
            ("run", digest),
            ("weights", weights.rawValue),
            ("dataset-fingerprint", try store.reportFingerprint(ofRun: id) ?? ""),
            ("image-height", String(shape.height)),
            ("image-width", String(shape.width)),
            ("channels", String(shape.channels)),
            ("resize", preparation.resize.rawValue),
            ("normalisation", preparation.normalisation.rawValue),
            ("structures", Self.list(structures.map(JSONValue.text))),
            ("exclusive", String(givesMasks && areExclusive)),
            ("classes", Self.list(classNames.map(JSONValue.text))),
        ]
        if givesMasks, !areExclusive {
            let known = try store.thresholds(of: id, weights: weights)
            let cuts = structures.compactMap { name in
                known[
                    structures.count > 1
                        ? EvaluationRecord.threshold(of: name) : EvaluationRecord.threshold]
            }
            // Those of all, or none: a list has one a structure.
            if cuts.count == structures.count {
                facts.append(("thresholds", Self.list(cuts.map(JSONValue.number))))
            }
        }
        return facts.map { ("lightbox." + $0.key, $0.value) }
    }

    private static func list(_ values: [JSONValue]) -> String {
        JSONValue.list(values).canonicalJSON
    }
}
