internal import Domain
internal import RunStore

/// A call of MLflow's tracking API: what answers it, or why nothing does.
public struct MLflowCall: Sendable {
    /// What answers.
    typealias Answer = @Sendable (MLflowFields, MLflowTracker) throws -> JSONValue

    /// `GET`, `POST`, …
    public let methods: Set<String>
    /// The path behind `mlflow/`, such as `runs/create`; one that ends in `/` stands for all below it.
    public let path: String
    /// Why it is refused, one clause; nil where it is answered.
    public let refusal: String?
    let answer: Answer

    init(_ methods: Set<String>, _ path: String, _ answer: @escaping Answer) {
        (self.methods, self.path, self.answer) = (methods, path, answer)
        refusal = nil
    }

    init(refused path: String, _ refusal: String) {
        methods = []
        (self.path, self.refusal) = (path, refusal)
        answer = { _, _ in throw MLflowFault(.notImplemented, refusal) }
    }

    /// Every call that is known; the longer of two paths that fit counts.
    public static let all: [MLflowCall] =
        experiments + runs + curves + searches + files + MLflowModels.calls + refused

    /// What is refused, and why.
    private static let refused = [
        MLflowCall(
            refused: "experiments/delete",
            "experiments are deleted with 'lightbox delete', not by clients"),
        MLflowCall(
            refused: "experiments/restore",
            "experiments are not deleted by clients, so none can be restored"),
        MLflowCall(
            refused: "experiments/delete-experiment-tag",
            "experiments have no tags here but their description, mlflow.note.content"),
        MLflowCall(refused: "registered-models/", "there is no registry of models here"),
        MLflowCall(refused: "model-versions/", "there is no registry of models here"),
        MLflowCall(refused: "traces/", "traces are not kept here"),
        MLflowCall(refused: "assessments/", "traces are not kept here"),
        MLflowCall(refused: "datasets/", "data sets of evaluations are not kept here"),
        MLflowCall(refused: "webhooks/", "nobody is told of changes here"),
        MLflowCall(refused: "scorers/", "there are no scorers here"),
        MLflowCall(refused: "gateway/", "there is no gateway here"),
    ]

    /// The call of a path below `mlflow/`.
    static func find(_ path: String) -> MLflowCall? {
        if let call = all.first(where: { $0.path == path }) { return call }
        return all.filter { $0.path.hasSuffix("/") && (path + "/").hasPrefix($0.path) }
            .max { $0.path.utf8.count < $1.path.utf8.count }
    }
}
