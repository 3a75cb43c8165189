public import RunStore

/// Why a run cannot predict, in one sentence.
public enum PredictionError: Error, Equatable, CustomStringConvertible {
    /// The run has no segmentation network, or one that this Lightbox does not know.
    case noSegmentor(run: RunID, model: String)
    /// The run trained a classifier of images, so it gives no masks.
    case noMasks(run: RunID, procedure: String)
    /// The run was trained by a program, whose weights only that can read.
    case byProgram(run: RunID)
    /// The run left no such weights.
    case noWeights(run: RunID, weights: String)
    /// The run's critic tells classes from masks without what lies in padding, which a graph of ONNX
    /// cannot leave out.
    case paddedCritic(run: RunID)
    /// The file holds other tensors than the network needs.
    case wrongWeights(path: String, tensor: String)

    /// Two runs that cannot answer together, and in what they differ.
    case different(run: RunID, trait: String, other: RunID, otherTrait: String)
    /// The other side of a structure or class, which a mirrored image shows in its place, is none.
    case unmirrored(name: String, partner: String)

    /// What, where, found, expected.
    public var description: String {
        switch self {
        case .noSegmentor(let run, let model):
            "run \(run) trained '\(model)', which is no segmentation network of this Lightbox"
        case .noMasks(let run, let procedure):
            "run \(run) was trained by '\(procedure)', which tells classes and gives no masks; "
                + "leave out what asks for a mask"
        case .byProgram(let run):
            "run \(run) was trained by a program, whose weights only that can read; expected a run of "
                + "Lightbox's own"
        case .noWeights(let run, let weights):
            "run \(run) has no '\(weights)' weights; expected a completed run"
        case .paddedCritic(let run):
            "run \(run) tells classes from masks of padded images (resize: fit), and an ONNX graph does "
                + "not know where an image ends; expected a run with resize: stretch or crop, or one "
                + "that tells no classes"
        case .wrongWeights(let path, let tensor):
            "\(path) does not fit the run's network: tensor '\(tensor)' is missing or has another"
                + " shape"
        case .different(let run, let trait, let other, let otherTrait):
            "run \(other) \(otherTrait), run \(run) \(trait); expected runs with the same structures, "
                + "classes and image size"
        case .unmirrored(let name, let partner):
            "in a mirrored image '\(name)' is '\(partner)', which the runs do not have; leave out "
                + "--mirror"
        }
    }
}
