import Datasets
import Domain
import Foundation
import Losses
import Metrics
import Models
import NN
import Settings
import TensorCore
import Testing

@testable import Training

/// Averages of weights, and the procedures that learn from unlabelled images without a critic.
struct TeacherTests {
    /// Those of the registry, with a teacher or with each other.
    static let names = ProcedureRegistry.all.filter { entry in
        entry.settings.contains { $0 == RampSettings.self }
    }.map(\.name)

    /// Six steps of two images of each part.
    private func cell(_ change: (inout TrainingSettings) -> Void = { _ in }) -> RunRequest {
        var settings = TinyData.settings(epochs: 2, batch: 2)
        settings.stepsPerEpoch = 3
        change(&settings)
        return TinyData.request(
            train: 6, labelled: 2, settings: settings,
            networks: TinyData.factory(.ppauNet, width: 2))
    }

    private func procedure(_ name: String) throws -> any Procedure {
        try #require(ProcedureRegistry.find(name)).make()
    }

    /// The setting by which a procedure's shown weights are an average.
    private func average(_ settings: inout TrainingSettings, _ name: String, _ decay: Double) {
        settings[TeacherSettings.self].decay = decay
        settings[AveragingSettings.self].decay = decay
    }

    private func tensors(_ file: URL) throws -> [String: [Float]] {
        let found = try Safetensors.read(from: file, in: ComputeContext(threads: 1)).tensors
        return Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0.tensor.values) })
    }

    @Test func anAverageIsShownAndChangesNoTraining() throws {
        let (plain, averaged) = (cell(), cell { average(&$0, "supervised", 0.9) })
        let (first, second) = (try trace(plain), try trace(averaged))
        #expect(first.losses == second.losses)
        #expect(first.last != second.last && first.images != second.images)
        let names = try [plain, averaged].map {
            try tensors($0.folder.appending(path: "last.safetensors")).keys.sorted()
        }
        #expect(names[0] == names[1])
    }

    /// What files hold is the mean of the weights after each step.
    @Test func filesHoldTheAverage() throws {
        let folders = try (1...3).map { steps in
            let request = cell {
                $0.epochs = steps; $0.stepsPerEpoch = 1
            }
            _ = try trace(request)
            return request.folder
        }
        let averaged = cell {
            $0.epochs = 3
            $0.stepsPerEpoch = 1
            average(&$0, "supervised", 0.5)
        }
        _ = try trace(averaged)
        let steps = try folders.map { try tensors($0.appending(path: "last.safetensors")) }
        let found = try tensors(averaged.folder.appending(path: "last.safetensors"))
        for (name, values) in found {
            for index in values.indices {
                let w = try steps.map { Double(try #require($0[name])[index]) }
                let mean = (0.25 * w[0] + 0.5 * w[1] + w[2]) / 1.75
                #expect(abs(Double(values[index]) - mean) < 1e-5, "\(name)")
            }
        }
    }

    @Test(
        "checkpoints hold average and trained weights; interrupted and continued it is the same",
        arguments: ["supervised"] + names)
    func resumed(name: String) throws {
        let procedure = try procedure(name)
        func averaged() -> RunRequest { cell { average(&$0, name, 0.8) } }
        let whole = try trace(averaged(), procedure: procedure)
        #expect(try trace(averaged(), procedure: procedure, threads: 3) == whole)
        let request = averaged()
        for _ in 0..<5 { try interrupt(request, procedure: procedure, after: 1) }
        let saved = try tensors(request.folder.appending(path: "checkpoint.safetensors"))
        let trained = saved.keys.filter { $0.hasPrefix("trained/") }
        #expect(!trained.isEmpty)
        for name in trained {
            #expect(saved[String(name.dropFirst("trained/".count))] != nil)
        }
        #expect(
            trained.contains { saved[$0] != saved[String($0.dropFirst("trained/".count))] })
        let rest = try trace(request, procedure: procedure)
        #expect(rest.last == whole.last && rest.best == whole.best)
        #expect(rest.images == whole.images && rest.losses == Array(whole.losses.suffix(1)))
    }

    @Test(
        "where unlabelled images do not count it is supervised training, bit for bit",
        arguments: ["mean-teacher", "fixmatch", "cps"])
    func withoutWeightItIsSupervised(name: String) throws {
        let procedure = try procedure(name)
        let supervised = try trace(cell { average(&$0, name, 0.9) })
        func same(_ change: (inout TrainingSettings) -> Void) throws -> Bool {
            let found = try trace(
                cell {
                    average(&$0, name, 0.9)
                    change(&$0)
                }, procedure: procedure)
            return found.losses == supervised.losses && found.last == supervised.last
                && found.validation == supervised.validation
        }
        #expect(try same { $0[UnlabelledWeight.self].weight = 0 })
        #expect(try same { $0[RampSettings.self].warmUp = 1 })
        #expect(try !same { _ in })
        // In the first half of the steps they do not count yet.
        let half = try trace(
            cell {
                average(&$0, name, 0.9)
                $0[RampSettings.self] = RampSettings(warmUp: 0.5, rampUp: 0)
            }, procedure: procedure)
        #expect(half.losses[..<3] == supervised.losses[..<3])
        #expect(half.losses[3] != supervised.losses[3])
    }

    /// Every entry is learned from few labels; what is not in them is left to the unlabelled images.
    @Test("two labelled images of eight are learned to Dice 0.9", arguments: names)
    func learns(name: String) throws {
        var settings = TinyData.settings(epochs: 10, batch: 4)
        settings.stepsPerEpoch = 20
        settings.learningRate = 3e-3
        settings.augmentation.flip = 0.5
        settings[TeacherSettings.self].decay = 0.9
        let request = TinyData.request(
            train: 8, labelled: 2, settings: settings, networks: TinyData.factory(.unet))
        let outcome = try procedure(name).run(
            request, context: ComputeContext(threads: 2), observer: { _ in },
            shouldStop: { false })
        let last = try #require(outcome.evaluations.first { $0.weights == .last })
        #expect(try #require(last.segmentation?.means["dice"]) > 0.9)
    }

    @Test func rampsBeginLateAndEndAtOne() {
        let ramp = RampSettings(warmUp: 0.2, rampUp: 0.3)
        let factors = (0..<10).map { ramp.factor(step: $0, of: 10) }
        #expect(factors[..<2] == [0, 0] && factors[5...].allSatisfy { $0 == 1 })
        #expect(abs(factors[2] - exp(-5)) < 1e-9)
        #expect(abs(factors[3] - exp(-5 * 4.0 / 9)) < 1e-9)
        #expect(RampSettings(warmUp: 0, rampUp: 0).factor(step: 0, of: 10) == 1)
        #expect(RampSettings(warmUp: 1, rampUp: 0).factor(step: 9, of: 10) == 0)
    }

    @Test func theNetworksOfCPSDiffer() throws {
        let learner = try CrossLearner(cell(), context: ComputeContext(threads: 1))
        let second = try #require(learner.companions.first { $0.prefix == "second/" })
        let pairs = zip(learner.training.segmentor.parameters, second.module.parameters)
        #expect(pairs.contains { $0.value.values != $1.value.values })
        #expect(learner.optimisers.map(\.name) == ["segmentor", "second"])
    }

    @Test func unlabelledStatisticsStayApartUnlessBlended() throws {
        let procedure = try procedure("mean-teacher")
        func states(_ change: (inout TrainingSettings) -> Void) throws -> [String: [Float]] {
            let request = cell {
                $0[UnlabelledWeight.self].weight = 1e-30
                change(&$0)
            }
            _ = try trace(request, procedure: procedure)
            return try tensors(request.folder.appending(path: "last.safetensors"))
        }
        let alone = try states { $0[RampSettings.self].warmUp = 1 }
        #expect(try states { _ in } == alone)
        let blended = try states {
            $0[UnlabelledStatisticsSettings.self].statistics = .blended
        }
        let moved = blended.filter { alone[$0.key] != $0.value }.keys
        #expect(!moved.isEmpty && moved.allSatisfy { $0.contains(".running_") })
    }
}

extension RampSettings {
    init(warmUp: Double, rampUp: Double) {
        self.init()
        (self.warmUp, self.rampUp) = (warmUp, rampUp)
    }
}
