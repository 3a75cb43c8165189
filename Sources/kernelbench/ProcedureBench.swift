internal import Datasets
internal import Domain
internal import Foundation
internal import Losses
internal import Models
internal import Settings
internal import TensorCore
internal import Training

/// Times the steps of a whole training procedure on noise: `batch` labelled images a step, and for a
/// semi-supervised procedure as many unlabelled ones.
struct ProcedureBench {
    private let entry: ProcedureEntry
    private let request: RunRequest
    private let context: ComputeContext

    init(
        _ procedure: String, _ model: ModelEntry, width: Int, batch: Int, image: Int,
        structures: Int, threads: Int
    ) throws {
        guard let entry = ProcedureRegistry.find(procedure), let kltv = LossRegistry.find("kltv")
        else { preconditionFailure("'\(procedure)' or 'kltv' is in no registry") }
        self.entry = entry
        context = ComputeContext(threads: threads)
        var settings = TrainingSettings()
        settings.batch = batch
        settings.image = .square(image)
        settings.width = width
        // One epoch without end: steps alone are timed, no validation and no saving between them.
        settings.epochs = 1
        settings.stepsPerEpoch = 1_000_000
        settings.checkpointEvery = 0
        request = RunRequest(
            dataset: ProcedureBench.noise(
                count: 2 * batch + 1, side: image, structures: structures),
            split: DataSplit(
                train: Array(0..<2 * batch), validation: [], test: [2 * batch],
                labelled: Array(0..<batch)),
            networks: NetworkFactory(
                segmentor: {
                    model.make(
                        NetworkSettings(inputChannels: $0, structures: $1, width: width), &$2)
                },
                classifier: {
                    ConvolutionalClassifier(
                        "discriminator", inputChannels: $0, classes: $1, width: width, using: &$2)
                }),
            loss: kltv.make(SettingValues()), settings: settings, seed: 1,
            folder: FileManager.default.temporaryDirectory.appending(
                path: "kernelbench-\(ProcessInfo.processInfo.processIdentifier)"))
    }

    /// Answers requests as `StepCommand` describes them, or prints the median of `repeats` steps.
    func serve(repeats: Int?) throws {
        let clock = ContinuousClock()
        var start = clock.now
        var untimed = 3
        var timed = repeats ?? 0
        var times: [Double] = []
        var isDone = false
        /// Waits for the next request: one untimed step, then as many as it says.
        func next() {
            guard let count = readLine().flatMap({ Int($0) }), count > 0 else {
                isDone = true
                return
            }
            (untimed, timed, times) = (1, count, [])
        }
        defer { try? FileManager.default.removeItem(at: request.folder) }
        do {
            _ = try entry.make().run(
                request, context: context,
                observer: { event in
                    guard case .step = event else { return }
                    if untimed > 0 {
                        untimed -= 1
                        if untimed == 0, timed == 0 {
                            StepReport.ready(context)
                            next()
                        }
                    } else {
                        times.append(start.duration(to: clock.now) / .seconds(1))
                        if times.count == timed {
                            if repeats != nil {
                                isDone = true
                            } else {
                                StepReport.answer(
                                    times.reduce(0, +) / Double(timed), context)
                                next()
                            }
                        }
                    }
                    start = clock.now
                }, shouldStop: { isDone })
        } catch TrainingError.interrupted {
            if repeats != nil { StepReport.print(times, context) }
        }
    }

    private static func noise(count: Int, side: Int, structures: Int) -> Dataset {
        var random = RandomSource(seed: 3)
        let shape = ImageShape.square(side)
        let pixels = count * shape.count
        return Dataset(
            name: "noise", shape: shape, structures: (0..<structures).map { "structure \($0)" },
            examples: (0..<count).map {
                Example(
                    id: "noise\($0)", hasMask: true, classIndex: $0 % 2, originalWidth: side,
                    originalHeight: side)
            },
            classNames: ["a", "b"], fingerprint: "noise",
            images: (0..<pixels).map { _ in Float(random.uniform()) },
            masks: (0..<pixels * structures).map { _ in random.uniform() > 0.7 ? 1 : 0 })
    }
}
