/// Why a run ended before its time.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// A term of a loss is NaN or infinite. `epoch` and `step` count from 1.
    case notFinite(term: String, value: String, epoch: Int, step: Int)
    /// The run was asked to stop; a checkpoint lies in its folder.
    case interrupted(epoch: Int, step: Int)
    /// The setting `max-seconds` was reached; a checkpoint lies in the run's folder.
    case outOfTime(seconds: Double, limit: Double, epoch: Int)
    /// A split has no image that the procedure can use.
    case noImages(split: String, needed: String)
    /// No labelled training image belongs to a class.
    case classWithoutLabels(name: String, labelled: Int)
    /// The data set has no classes, and the procedure needs them.
    case noClasses(dataset: String, procedure: String)
    /// The network's outputs and the setting `side-weights` do not fit.
    case sideWeights(found: Int, outputs: Int)
    /// A combination of settings that has no meaning.
    case settings(reason: String)
    /// Weights of another network: a tensor is missing or has another shape.
    case wrongWeights(tensor: String)
    /// The run's folder cannot be made.
    case folder(path: String, reason: String)

    /// One sentence.
    public var description: String {
        switch self {
        case .notFinite(let term, let value, let epoch, let step):
            "\(term) is \(value) at epoch \(epoch), step \(step)"
        case .interrupted(let epoch, let step):
            "interrupted in epoch \(epoch) after step \(step); run it again to continue"
        case .outOfTime(let seconds, let limit, let epoch):
            "stopped in epoch \(epoch) after \(seconds.rounded(.down)) s; max-seconds is \(limit)"
        case .noImages(let split, let needed):
            "the \(split) split has no image with \(needed)"
        case .classWithoutLabels(let name, let labelled):
            "none of the \(labelled) labelled training images is of class '\(name)'"
        case .noClasses(let dataset, let procedure):
            "data set '\(dataset)' has no two classes, which procedure '\(procedure)' needs"
        case .sideWeights(let found, let outputs):
            "side-weights has \(found) values, expected \(outputs), one for each output"
        case .settings(let reason): reason
        case .wrongWeights(let tensor):
            "the weights do not fit the run's networks: tensor '\(tensor)' is missing or has another "
                + "shape"
        case .folder(let path, let reason): "cannot make the folder \(path): \(reason)"
        }
    }
}
