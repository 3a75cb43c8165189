internal import Datasets
public import Domain
internal import Foundation
public import NN
public import TensorCore
public import Training

/// What a program's cell names, for the program to make sense of.
public struct ProgramCell: Sendable {
    /// Names of the model and of the loss, the program's own.
    public var model: String, loss: String
    /// Percent of the training images whose labels are used.
    public var labels: Double
    /// Everything under `train:`, and what Lightbox adds to it.
    public var settings: [String: JSONValue]

    /// What a cell names.
    public init(model: String, loss: String, labels: Double, settings: [String: JSONValue]) {
        self.model = model
        self.loss = loss
        self.labels = labels
        self.settings = settings
    }
}

/// Training by a program of the user's: it gets the split and the images, reports epochs, and leaves
/// predictions, which are measured here as those of every procedure.
///
/// The protocol is docs/trainer-protocol.md. Which bits a program gives is the program's affair.
public struct ProgramProcedure: Procedure {
    let program: TrainingProgram
    let cell: ProgramCell

    /// Training of `cell` by `program`.
    public init(_ program: TrainingProgram, cell: ProgramCell) {
        self.program = program
        self.cell = cell
    }

    /// Refuses code that the run's files are in or that is not the cell's any more, and a split without images to test.
    public func check(_ request: RunRequest) throws {
        try program.checkPlace(of: request.folder)
        try program.checkCode()
        try program.checkCommand()
        let isMeasured = request.split.test.contains { index in
            let example = request.dataset.examples[index]
            return example.hasMask || example.classIndex != nil
        }
        if !isMeasured { throw TrainingError.noImages(split: "test", needed: "a mask or a class") }
    }

    /// Starts the program, listens to it until it has ended, and measures what it predicted.
    ///
    /// - Throws: `ProgramError`, `TrainingError.interrupted`, `.outOfTime`, and what the observer
    ///   throws.
    public func run(
        _ request: RunRequest, context: ComputeContext,
        observer: (TrainingEvent) throws -> Void, shouldStop: () -> Bool
    ) throws -> RunOutcome {
        try check(request)
        return try withoutActuallyEscaping(observer) { observer in
            try withoutActuallyEscaping(shouldStop) { shouldStop in
                let attempt = try ProgramAttempt(
                    program, cell: cell, request, threads: context.threads, observer: observer,
                    shouldStop: shouldStop)
                return try attempt.run()
            }
        }
    }

    /// Refused: only the program can read its weights.
    public func evaluate(
        _ request: RunRequest, weights: [NamedTensor], as kind: WeightsKind,
        context: ComputeContext
    ) throws -> Evaluation {
        throw ProgramError.nothing(
            reason: "the run was trained by a program, whose weights only that can read")
    }
}
