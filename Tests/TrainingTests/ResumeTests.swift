import Foundation
import Models
import TensorCore
import Testing

@testable import Training

struct ResumeTests {
    static let settings = TinyData.settings(epochs: 4, batch: 3)

    @Test("the same request gives the same bits, with one thread and with two")
    func deterministic() throws {
        let first = try trace(TinyData.request(settings: Self.settings))
        #expect(try trace(TinyData.request(settings: Self.settings)) == first)
        #expect(try trace(TinyData.request(settings: Self.settings), threads: 2) == first)
        let other = try trace(TinyData.request(settings: Self.settings, seed: 2))
        #expect(other.last != first.last)
    }

    @Test(
        "interrupted and continued equals uninterrupted, bit for bit", arguments: [1, 2, 3, 5, 7])
    func interrupted(step: Int) throws {
        let whole = try trace(TinyData.request(settings: Self.settings))
        let request = TinyData.request(settings: Self.settings)
        try interrupt(request, after: step)
        let file = request.folder.appending(path: "checkpoint.safetensors")
        #expect(FileManager.default.fileExists(atPath: file.path))
        let rest = try trace(request)
        #expect(rest.losses == Array(whole.losses.dropFirst(step)))
        #expect(rest.trainLosses == Array(whole.trainLosses.suffix(rest.trainLosses.count)))
        #expect(rest.best == whole.best)
        #expect(rest.last == whole.last)
        #expect(rest.images == whole.images)
        #expect(rest.bestEpoch == whole.bestEpoch)
        // Still there: it goes when somebody has stored the outcome.
        #expect(FileManager.default.fileExists(atPath: file.path))
    }

    @Test("killed while it was evaluated, it is evaluated again and trains no step")
    func killedAfterTheLastEpoch() throws {
        var settings = Self.settings
        settings.checkpointEvery = 3
        let request = TinyData.request(settings: settings)
        let whole = try trace(request)
        let rest = try trace(request)
        #expect(rest.losses.isEmpty)
        #expect(rest.best == whole.best && rest.last == whole.last)
        #expect(rest.images == whole.images && rest.bestEpoch == whole.bestEpoch)
    }

    @Test("interrupted after every single step")
    func interruptedOften() throws {
        let whole = try trace(TinyData.request(settings: Self.settings))
        let request = TinyData.request(settings: Self.settings)
        for _ in 0..<7 { try interrupt(request, after: 1) }
        let rest = try trace(request)
        #expect(rest.last == whole.last && rest.best == whole.best)
    }

    @Test("paused right after an epoch, as a search does")
    func pausedAfterAnEpoch() throws {
        let whole = try trace(TinyData.request(settings: Self.settings))
        let request = TinyData.request(settings: Self.settings)
        var (steps, epochs) = (0, 0)
        #expect(throws: TrainingError.interrupted(epoch: 3, step: 0)) {
            _ = try Supervised().run(
                request, context: ComputeContext(threads: 1),
                observer: { event in
                    if case .step = event { steps += 1 }
                    if case .epoch = event { epochs += 1 }
                }, shouldStop: { epochs == 2 })
        }
        #expect(steps == 4)
        let rest = try trace(request)
        #expect(rest.losses == Array(whole.losses.dropFirst(4)))
        #expect(rest.last == whole.last && rest.best == whole.best)
    }

    @Test("killed without warning, it goes on from the last checkpoint", arguments: [3, 6, 7])
    func killed(step: Int) throws {
        let whole = try trace(TinyData.request(settings: Self.settings))
        var settings = Self.settings
        settings.checkpointEvery = 1
        let request = TinyData.request(settings: settings)
        var steps = 0
        #expect(throws: Killed.self) {
            _ = try Supervised().run(
                request, context: ComputeContext(threads: 1),
                observer: { event in
                    guard case .step = event else { return }
                    steps += 1
                    if steps == step { throw Killed() }
                }, shouldStop: { false })
        }
        let rest = try trace(request)
        #expect(rest.losses == Array(whole.losses.dropFirst((step - 1) / 2 * 2)))
        #expect(rest.last == whole.last && rest.best == whole.best)
        #expect(rest.images == whole.images)
    }

    @Test func outOfTimeLeavesACheckpoint() throws {
        let whole = try trace(TinyData.request(settings: Self.settings))
        var settings = Self.settings
        settings.maxSeconds = 1e-9
        let folder = TinyData.folder()
        #expect(throws: TrainingError.self) {
            _ = try trace(TinyData.request(settings: settings, folder: folder))
        }
        let rest = try trace(TinyData.request(settings: Self.settings, folder: folder))
        #expect(rest.losses.count == whole.losses.count - 1)
        #expect(rest.last == whole.last)
    }

    @Test("a damaged or foreign checkpoint is named and not used")
    func damaged() throws {
        let whole = try trace(TinyData.request(settings: Self.settings))
        let request = TinyData.request(settings: Self.settings)
        try interrupt(request, after: 3)
        let file = request.folder.appending(path: "checkpoint.safetensors")
        let bytes = try Data(contentsOf: file)
        let other = TinyData.request(
            settings: Self.settings, networks: TinyData.factory(.attentionUNet))
        try interrupt(other, after: 3)
        let foreign = try Data(
            contentsOf: other.folder.appending(path: "checkpoint.safetensors"))
        for content in [bytes.prefix(bytes.count / 2), Data("{}".utf8), foreign] {
            try content.write(to: file)
            var notes: [String] = []
            _ = try Supervised().run(
                request, context: ComputeContext(threads: 1),
                observer: { if case .note(.warning, let text) = $0 { notes.append(text) } },
                shouldStop: { false })
            #expect(notes.count == 1)
            #expect(notes.first?.contains("checkpoint.safetensors") == true)
            let last = try digest(request.folder.appending(path: "last.safetensors"))
            #expect(last == whole.last)
        }
    }

    @Test(
        "a checkpoint ahead of the curves is not continued, and the log says so",
        arguments: [0, 1])
    func ahead(recorded: Int) throws {
        let whole = try trace(TinyData.request(settings: Self.settings))
        var request = TinyData.request(settings: Self.settings)
        try interrupt(request, after: 5)
        request.recordedEpochs = recorded
        let rest = try notes(request)
        #expect(rest.warnings.count == 1)
        #expect(rest.warnings.first?.contains("the checkpoint is of epoch 2") == true)
        #expect(rest.warnings.first?.hasSuffix("the run starts anew") == true)
        #expect(rest.first == 1)
        #expect(try digest(request.folder.appending(path: "last.safetensors")) == whole.last)
    }

    @Test(
        "curves that have all epochs of the checkpoint, or more, let it go on",
        arguments: [2, 3])
    func recorded(epochs: Int) throws {
        var request = TinyData.request(settings: Self.settings)
        try interrupt(request, after: 5)
        request.recordedEpochs = epochs
        let rest = try notes(request)
        #expect(rest.warnings.isEmpty && rest.first == 3)
        #expect(rest.infos == ["goes on from the checkpoint after 2 epochs and 1 steps"])
    }

    @Test("curves without a checkpoint begin anew, and the log says so")
    func curvesAlone() throws {
        var request = TinyData.request(settings: Self.settings)
        request.recordedEpochs = 2
        let rest = try notes(request)
        #expect(rest.warnings == ["there is no checkpoint; the run starts anew"])
        #expect(rest.first == 1)
    }

    @Test("a checkpoint of which one bit changed is named and not used")
    func changed() throws {
        let whole = try trace(TinyData.request(settings: Self.settings))
        let request = TinyData.request(settings: Self.settings)
        try interrupt(request, after: 3)
        let file = request.folder.appending(path: "checkpoint.safetensors")
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count - 40] ^= 1
        try bytes.write(to: file)
        let rest = try notes(request)
        #expect(rest.warnings.count == 1)
        #expect(rest.warnings.first?.contains("its values are not those") == true)
        #expect(try digest(request.folder.appending(path: "last.safetensors")) == whole.last)
    }

    @Test("an observer that cannot keep what was told keeps the checkpoint from being written")
    func refusedSave() throws {
        var settings = Self.settings
        settings.checkpointEvery = 1
        let request = TinyData.request(settings: settings)
        #expect(throws: Killed.self) {
            _ = try Supervised().run(
                request, context: ComputeContext(threads: 1),
                observer: { if case .saving = $0 { throw Killed() } }, shouldStop: { false })
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: request.folder.path)
        #expect(names == [])
    }

    /// Runs a request to its end: the epoch it began with, and what it said.
    private func notes(_ request: RunRequest) throws -> (
        first: Int, warnings: [String], infos: [String]
    ) {
        var first = 0
        var warnings: [String] = [], infos: [String] = []
        _ = try Supervised().run(
            request, context: ComputeContext(threads: 1),
            observer: { event in
                switch event {
                case .started(_, _, let epoch, _): first = epoch
                case .note(.warning, let text): warnings.append(text)
                case .note(.info, let text): infos.append(text)
                default: break
                }
            }, shouldStop: { false })
        return (first, warnings, infos)
    }
}
