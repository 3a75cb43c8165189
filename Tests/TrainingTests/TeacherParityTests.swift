import Datasets
import Models
import NN
import Settings
import TensorCore
import TestSupport
import Testing

@testable import Training

/// One whole step of the procedures with a teacher, and of CPS, against PyTorch in float64
/// (`make_teacher_parity.py`): every term, all gradients, and the average of weights after it (of CPS the weights of both).
struct TeacherParityTests {
    private func request(_ decay: Double) -> RunRequest {
        var settings = TinyData.settings(epochs: 1)
        settings.learningRate = 1e-3
        settings[TeacherSettings.self].decay = decay
        return TinyData.request(settings: settings, networks: TinyData.factory(.unet, width: 2))
    }

    /// The second step of a run.
    private let position = StepPosition(seed: 1, epoch: 0, step: 1, stepsPerEpoch: 4)

    /// Loads student and teacher, makes the step and compares everything.
    private func check(
        _ name: String, level: CPULevel,
        _ make: (RunRequest, ComputeContext) throws -> any SegmentorLearner,
        step: (any SegmentorLearner, ParityFile, Double) throws -> StepResult
    ) throws {
        let context = ComputeContext(threads: 2, cpu: level)
        let file = try ParityFile("parity-\(name)-step", beside: #filePath, in: context)
        let learner = try make(request(try file.value("decay", as: Double.self)), context)
        let student = learner.training.segmentor
        let teacher: any Module =
            learner.companions.first { $0.prefix == "second/" }?.module ?? learner.training.shown
        #expect(teacher !== student)
        try file.load("student", into: student)
        try file.load("teacher", into: teacher)
        for state in teacher.states {
            guard let found = file.tensors["states/\(state.name)"] else { continue }
            state.tensor.copy(from: found)
        }
        let result = try step(learner, file, try file.value("weight", as: Double.self))
        let expected = try file.value("terms", as: [String: Double].self)
        #expect(Set(result.terms.map(\.name)) == Set(expected.keys))
        for (name, value) in result.terms {
            let target = try #require(expected[name])
            #expect(abs(value - target) <= 1e-4 * abs(target), "\(name)")
        }
        #expect(file.tensors["after/teacher/output.weight"] != nil)
        for (name, network) in [("student", student as any Module), ("teacher", teacher)] {
            for parameter in network.parameters {
                guard file.tensors["gradient/\(name)/\(parameter.name)"] != nil else { continue }
                try file.expect(
                    parameter.gradient, equals: "gradient/\(name)/\(parameter.name)")
            }
            for named in network.weights where file.tensors["after/\(name)/\(named.name)"] != nil {
                try file.expect(
                    named.tensor, equals: "after/\(name)/\(named.name)",
                    gradient: file.tensors["gradient/\(name)/\(named.name)"]
                        ?? file.tensors["gradient/student/\(named.name)"])
            }
        }
    }

    private func images(_ file: ParityFile) throws -> SemiSupervisedBatches.StepImages {
        SemiSupervisedBatches.StepImages(
            labelled: try file.tensor("input/labelled"), targets: try file.tensor("input/masks"),
            classes: [nil, nil, nil], unlabelled: try file.tensor("input/unlabelled"))
    }

    private func boxes(_ file: ParityFile) throws -> [PixelBox] {
        try file.value("boxes", as: [[Int]].self).map {
            PixelBox(rows: $0[0]..<$0[1], columns: $0[2]..<$0[3])
        }
    }

    /// Images with the file's noise, as many as there are.
    private func noisy(_ images: Tensor, _ file: ParityFile, _ context: ComputeContext) throws
        -> Tensor
    {
        let noise = try file.tensor("input/noise").values
        return Tensor(
            zip(images.values, noise).map { $0 + $1 }, shape: images.shape, in: context)
    }

    @Test(arguments: CPULevel.allCases)
    func meanTeacherStep(level: CPULevel) throws {
        try check("mean-teacher", level: level) {
            try MeanTeacherLearner($0, context: $1)
        } step: { learner, file, weight in
            let learner = try #require(learner as? MeanTeacherLearner)
            let images = try images(file)
            let varied = try noisy(images.unlabelled, file, learner.training.context)
            return try learner.step(images, varied: varied, weight: weight, at: position)
        }
    }

    @Test(arguments: CPULevel.allCases)
    func fixMatchStep(level: CPULevel) throws {
        try check("fixmatch", level: level) {
            try FixMatchLearner($0, context: $1)
        } step: { learner, file, weight in
            let learner = try #require(learner as? FixMatchLearner)
            let changes = FixMatchLearner.Changes(
                order: try file.value("order", as: [Int].self),
                partners: try file.value("partners", as: [Int].self), boxes: try boxes(file))
            return try learner.step(try images(file), changes, weight: weight, at: position) {
                (try? noisy($0, file, learner.training.context)) ?? $0
            }
        }
    }

    @Test(arguments: CPULevel.allCases)
    func bcpStep(level: CPULevel) throws {
        try check("bcp", level: level) {
            try CopyPasteLearner($0, context: $1)
        } step: { learner, file, weight in
            let learner = try #require(learner as? CopyPasteLearner)
            let boxes = Array(try boxes(file).prefix(4))
            return try learner.step(try images(file), boxes, weight: weight, at: position)
        }
    }

    @Test(arguments: CPULevel.allCases)
    func cpsStep(level: CPULevel) throws {
        try check("cps", level: level) {
            try CrossLearner($0, context: $1)
        } step: { learner, file, weight in
            let learner = try #require(learner as? CrossLearner)
            return try learner.step(try images(file), weight: weight, at: position)
        }
    }
}
