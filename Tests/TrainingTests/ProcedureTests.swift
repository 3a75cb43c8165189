import Datasets
import Domain
import Foundation
import Metrics
import Models
import Settings
import TensorCore
import Testing

@testable import Training

/// What every procedure of the registry keeps to.
struct ProcedureTests {
    static let names = ProcedureRegistry.names
    /// Those with a critic of masks.
    static let adversarial = ProcedureRegistry.all.filter { entry in
        entry.settings.contains { $0 == AdversarialSettings.self }
    }.map(\.name)

    private func settings(epochs: Int = 3) -> TrainingSettings {
        TinyData.settings(epochs: epochs, batch: 2)
    }

    private func request(_ settings: TrainingSettings, seed: UInt64 = 1) -> RunRequest {
        TinyData.request(
            train: 6, labelled: 2, settings: settings,
            networks: TinyData.factory(.ppauNet, width: 2),
            seed: seed)
    }

    @Test("gives the same bits again, with two threads, and interrupted", arguments: names)
    func deterministic(name: String) throws {
        let procedure = try #require(ProcedureRegistry.find(name)).make()
        let first = try trace(request(settings()), procedure: procedure)
        #expect(try trace(request(settings()), procedure: procedure, threads: 2) == first)
        #expect(try trace(request(settings(), seed: 2), procedure: procedure).last != first.last)
        let interrupted = request(settings())
        try interrupt(interrupted, procedure: procedure, after: 1)
        try interrupt(interrupted, procedure: procedure, after: 1)
        let rest = try trace(interrupted, procedure: procedure)
        #expect(rest.last == first.last && rest.best == first.best)
        #expect(rest.losses == Array(first.losses.dropFirst(2)))
        #expect(rest.images == first.images)
    }

    /// Less memory is no other run: neither its bits nor its identity.
    @Test("gives the same bits when blocks are computed again", arguments: names)
    func recomputed(name: String) throws {
        let procedure = try #require(ProcedureRegistry.find(name)).make()
        var changed = settings(epochs: 2)
        changed.recomputes = true
        let plain = try trace(request(settings(epochs: 2)), procedure: procedure)
        #expect(try trace(request(changed), procedure: procedure) == plain)
    }

    @Test("gives what its entry says", arguments: names)
    func results(name: String) throws {
        let entry = try #require(ProcedureRegistry.find(name))
        var reports: [EpochReport] = []
        let outcome = try entry.make().run(
            request(settings(epochs: 2)), context: ComputeContext(threads: 1),
            observer: { if case .epoch(let report) = $0 { reports.append(report) } },
            shouldStop: { false })
        for evaluation in outcome.evaluations {
            #expect((evaluation.segmentation != nil) == entry.results.contains(.masks))
            #expect((evaluation.classification != nil) == entry.results.contains(.classes))
            #expect(evaluation.classification.map(\.images.count) ?? 2 == 2)
            #expect(evaluation.segmentation.map(\.images.count) ?? 2 == 2)
        }
        #expect(reports.count == 2)
        for report in reports {
            let values =
                Array(report.trainTerms.values) + Array(report.validation.values)
                + [report.trainLoss]
            let finite = values.allSatisfy { $0.isFinite }
            #expect(finite)
            #expect(report.validation[outcome.selection] != nil)
            // A search may be for any of these, so they are logged; AUC needs both classes.
            let named = entry.validationFigures.map(\.name).filter { $0 != "macro-auc" }
            #expect(Set(report.validation.keys).subtracting(["macro-auc"]) == Set(named))
        }
    }

    @Test(
        "a class without labelled images is named",
        arguments: ProcedureRegistry.all.filter { $0.results.contains(.classes) }.map(\.name))
    func missingClass(name: String) throws {
        let procedure = try #require(ProcedureRegistry.find(name)).make()
        let request = TinyData.request(train: 6, labelled: 2, settings: settings(), classes: 3)
        #expect(throws: TrainingError.classWithoutLabels(name: "class2", labelled: 2)) {
            try procedure.check(request)
        }
        let single = TinyData.request(settings: settings(), classes: 1)
        #expect(throws: TrainingError.noClasses(dataset: "tiny", procedure: name)) {
            try procedure.check(single)
        }
    }

    @Test(
        "all images labelled leaves nothing unlabelled", arguments: names)
    func fullyLabelled(name: String) throws {
        let procedure = try #require(ProcedureRegistry.find(name)).make()
        let request = TinyData.request(
            train: 6, settings: settings(epochs: 1), networks: TinyData.factory(width: 2))
        #expect(try trace(request, procedure: procedure).losses.count == 3)
    }

    /// In a pass of their own and without adversarial weight, unlabelled images change nothing.
    @Test(
        "separate passes without the adversary are supervised training, bit for bit",
        arguments: adversarial, [UnlabelledPass.separate, .running])
    func separatePassesLeaveTheLabelledOnesAlone(name: String, pass: UnlabelledPass) throws {
        var settings = settings()
        settings.stepsPerEpoch = 3
        settings[AdversarialSettings.self].unlabelledPass = pass
        settings[AdversarialSettings.self].weight = 0
        let supervised = try trace(request(settings))
        let procedure = try #require(ProcedureRegistry.find(name)).make()
        let apart = try trace(request(settings), procedure: procedure)
        #expect(apart.losses == supervised.losses)
        let figures = { (trace: Trace) in trace.validation.map { [$0["dice"], $0["loss"]] } }
        #expect(figures(apart) == figures(supervised))
        settings[AdversarialSettings.self].unlabelledPass = .joint
        #expect(try trace(request(settings), procedure: procedure).losses != supervised.losses)
        settings[AdversarialSettings.self].unlabelledPass = pass
        settings[AdversarialSettings.self].weight = 0.1
        #expect(try trace(request(settings), procedure: procedure).losses != supervised.losses)
    }

    @Test func anEpochIsAPassOverTheLargerPart() {
        let request = TinyData.request(train: 7, labelled: 2, settings: settings())
        let parts = SemiSupervisedBatches(request)
        #expect(parts.stepsPerEpoch == 3)
        var seen: [Int] = []
        for step in 0..<5 {
            let position = StepPosition(seed: 1, epoch: 0, step: step, stepsPerEpoch: 3)
            let (labelled, unlabelled) = parts.indices(at: position)
            #expect(labelled.sorted() == [0, 1])
            seen += unlabelled
        }
        #expect(Set(seen) == [2, 3, 4, 5, 6])
        for index in 2..<7 { #expect(seen.count { $0 == index } == 2) }
    }

    @Test(
        "the labels of unlabelled images are never read", arguments: names)
    func unlabelledStaySecret(name: String) throws {
        let procedure = try #require(ProcedureRegistry.find(name)).make()
        let plain = request(settings(epochs: 2))
        // Other masks and classes of the images 2 to 5, which train without labels.
        let dataset = plain.dataset
        let pixels = dataset.shape.pixels
        var masks = dataset.masks
        for index in 2 * pixels..<6 * pixels { masks[index] = 1 - masks[index] }
        let examples = dataset.examples.enumerated().map { index, example in
            Example(
                id: example.id, hasMask: true,
                classIndex: (2..<6).contains(index)
                    ? example.classIndex.map { 1 - $0 } : example.classIndex,
                originalWidth: 32, originalHeight: 32)
        }
        let changed = RunRequest(
            dataset: Dataset(
                name: "tiny", shape: dataset.shape, examples: examples,
                classNames: dataset.classNames, fingerprint: "tiny", images: dataset.images,
                masks: masks),
            split: plain.split, networks: plain.networks, loss: plain.loss,
            settings: plain.settings, seed: plain.seed, folder: TinyData.folder(),
            metadata: plain.metadata, identity: plain.identity)
        let first = try trace(plain, procedure: procedure)
        #expect(try trace(changed, procedure: procedure) == first)
    }

    /// A request whose unlabelled images are those of another data set, of which three train.
    private func request(
        beside other: Dataset, keepsOwn: Bool
    ) throws -> RunRequest {
        let plain = request(settings(epochs: 2))
        return RunRequest(
            dataset: try plain.dataset.joined(with: [other]),
            split: plain.split.joined(
                with: [(other, [0, 2, 3])], behind: plain.dataset.examples.count,
                keepsOwn: keepsOwn),
            networks: plain.networks, loss: plain.loss, settings: plain.settings,
            seed: plain.seed, folder: TinyData.folder(), metadata: plain.metadata,
            identity: plain.identity)
    }

    /// What another data set's images show is never read, and its images are, by the procedures that
    /// say so: those that train on unlabelled images.
    @Test(
        "of other data sets' unlabelled images nothing but pixels is read", arguments: names,
        [true, false])
    func otherDatasetsStaySecret(name: String, keepsOwn: Bool) throws {
        let entry = try #require(ProcedureRegistry.find(name))
        let other = TinyData.dataset(5, name: "other", seed: 12)
        let first = try trace(
            request(beside: other, keepsOwn: keepsOwn), procedure: entry.make())
        // Other masks, other classes, patients and sites; one image without any.
        let examples = other.examples.enumerated().map { index, example in
            Example(
                id: example.id, hasMask: index != 2, classIndex: example.classIndex.map { 1 - $0 },
                patient: "tiny0", site: "elsewhere", originalWidth: 32, originalHeight: 32)
        }
        let changed = Dataset(
            name: "other", shape: other.shape, examples: examples, classNames: ["b", "a"],
            fingerprint: "other", images: other.images, masks: other.masks.map { 1 - $0 })
        #expect(
            try trace(request(beside: changed, keepsOwn: keepsOwn), procedure: entry.make())
                == first)
        let pixels = Dataset(
            name: "other", shape: other.shape, examples: other.examples,
            classNames: other.classNames, fingerprint: "other", images: other.images.map { 1 - $0 },
            masks: other.masks)
        let isUsed = entry.settings.contains { $0 == UnlabelledSources.self }
        let negative = try trace(
            request(beside: pixels, keepsOwn: keepsOwn), procedure: entry.make())
        #expect((negative != first) == isUsed)
        let alone = try trace(request(settings(epochs: 2)), procedure: entry.make())
        #expect((alone != first) == isUsed)
    }

    /// A quarter turn gives a rectangle another shape; a procedure that turns images says so.
    @Test(arguments: names)
    func rectanglesAreTrainedOrRefusedInASentence(name: String) throws {
        let entry = try #require(ProcedureRegistry.find(name))
        let plain = request(settings(epochs: 1))
        let shape = ImageShape(height: 32, width: 64, channels: 1)
        func wide<Value>(_ values: [Value]) -> [Value] {
            stride(from: 0, to: values.count, by: 32).flatMap { row in
                Array(values[row..<row + 32]) + Array(values[row..<row + 32])
            }
        }
        let dataset = plain.dataset
        let rectangles = RunRequest(
            dataset: Dataset(
                name: "tiny", shape: shape, examples: dataset.examples,
                classNames: dataset.classNames, fingerprint: "tiny", images: wide(dataset.images),
                masks: wide(dataset.masks)),
            split: plain.split, networks: plain.networks, loss: plain.loss,
            settings: plain.settings, seed: 1, folder: TinyData.folder())
        do {
            try entry.make().check(rectangles)
        } catch {
            #expect("\(error)".hasPrefix("procedure '\(name)' "))
            #expect("\(error)".contains("these have 64 x 32 pixels; expected square images"))
            return
        }
        #expect(try trace(rectangles, procedure: entry.make()).losses.isEmpty == false)
        #expect(name != "s4mcl")
    }

    @Test func s4mclNamesAProcedureForRectangles() {
        let shape = ImageShape(height: 32, width: 64, channels: 1)
        let error = #expect(throws: TrainingError.self) {
            try Surrogate.check(shape, for: "s4mcl")
        }
        #expect(
            error?.description
                == "procedure 's4mcl' turns images by 90 degrees, and these have 64 x 32 pixels; "
                + "expected square images, or procedure 's2mcl', which turns none")
    }

    @Test func classesAreLearned() throws {
        var settings = TinyData.settings(epochs: 40)
        settings.learningRate = 3e-3
        let base = TinyData.request(train: 8, settings: settings)
        let all = Array(0..<8)
        let request = RunRequest(
            dataset: base.dataset,
            split: .init(train: all, validation: all, test: all, labelled: all),
            networks: base.networks, loss: base.loss, settings: settings, seed: 1,
            folder: base.folder)
        let outcome = try SupervisedClassification().run(
            request, context: ComputeContext(threads: 1), observer: { _ in },
            shouldStop: { false })
        let best = try #require(outcome.evaluations.first?.classification)
        #expect(try #require(best.values["class-accuracy"]) >= 0.9)
        #expect(outcome.selection == "class-accuracy")
    }
}
