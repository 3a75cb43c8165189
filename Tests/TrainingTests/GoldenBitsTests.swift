import Datasets
import Domain
import Foundation
import Hashing
import Losses
import Metrics
import Models
import NN
import Settings
import TensorCore
import Testing

@testable import Training

/// What the same cell has always given, bit for bit: weights after 20 steps on phantoms, the loss of
/// each step and the metrics of each image, of every network, loss and procedure and of the settings
/// that choose other code.
///
/// `Fixtures/golden-bits.json` holds the SHA-256 of each for every CPU level that could be recorded.
/// `RECORD_GOLDEN=1 swift test --filter GoldenBitsTests` adds what is missing and fails; a digest
/// that stands there is only changed by hand, with a reason.
@Suite(.serialized) struct GoldenBitsTests {
    /// A cell, and what it changes about a U-Net of width 4 with the KLTV loss.
    struct Variant: Sendable, CustomTestStringConvertible {
        let name: String
        var model = ModelEntry.unet
        var loss = "kltv"
        var procedure = "supervised"
        var change: @Sendable (inout TrainingSettings) -> Void = { _ in }
        var testDescription: String { name }
    }

    static let variants: [Variant] =
        ModelRegistry.all.map { Variant(name: "network \($0.name)", model: $0) }
        + LossRegistry.all.map { Variant(name: "loss \($0.name)", loss: $0.name) }
        + LossRegistry.all.map { entry in
            Variant(name: "loss \(entry.name) over the batch", loss: entry.name) {
                $0[ReductionSettings.self].reduction = .batch
            }
        }
        + ProcedureRegistry.all.map {
            Variant(name: "procedure \($0.name)", model: .ppauNet, procedure: $0.name)
        }
        + [
            Variant(name: "augmented") { $0.augmentation = augmentation },
            Variant(name: "s4mcl augmented, separate", model: .ppauNet, procedure: "s4mcl") {
                $0.augmentation = augmentation
                $0[AdversarialSettings.self].unlabelledPass = .separate
                $0[SurrogateSettings.self].transforms = .rotations
            },
            Variant(name: "appau-net running", procedure: "appau-net") {
                $0[AdversarialSettings.self].unlabelledPass = .running
            },
            Variant(name: "supervised steps", model: .attentionUNet) {
                $0.stepsPerEpoch = 5
                $0[UNet.GateSettings.self].onLevel1 = true
                $0.learningRateSchedule = .cosine
            },
        ]

    private static let augmentation = AugmentationSettings(
        flip: 0.5, rotate: 10, shift: 0.1, scale: 0.1, intensity: 0.1, elastic: 1)

    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/golden-bits.json")
    private static let lock = NSLock()

    /// Variant to CPU level to digest.
    private static func recorded() throws -> [String: [String: String]] {
        guard FileManager.default.fileExists(atPath: file.path) else { return [:] }
        return try JSONDecoder().decode(
            [String: [String: String]].self, from: Data(contentsOf: file))
    }

    /// Rounding differs between instruction sets and mathematical libraries.
    #if os(Linux) && arch(x86_64)
        @Test(arguments: variants)
    #else
        @Test(.disabled("recorded on Linux on x86-64"), arguments: variants)
    #endif
    func weightsAndMetrics(variant: Variant) throws {
        for level in CPULevel.allCases {
            guard ComputeContext(threads: 1, cpu: level).cpu == level else { continue }
            let digest = try Self.digest(of: variant, on: level)
            let known = try Self.recorded()[variant.name]?[level.rawValue]
            if known == nil, ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
                try Self.record(digest, variant.name, level)
            }
            // A level that nobody has recorded says nothing.
            guard known != nil || level != .avx512 else { continue }
            #expect(digest == known, "\(variant.name), \(level)")
        }
    }

    @Test func everyDigestHasItsVariant() throws {
        #expect(Set(try Self.recorded().keys) == Set(Self.variants.map(\.name)))
    }

    private static func record(_ digest: String, _ name: String, _ level: CPULevel) throws {
        try lock.withLock {
            var all = try recorded()
            all[name, default: [:]][level.rawValue] = digest
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try (encoder.encode(all) + Data("\n".utf8)).write(to: file)
        }
    }

    /// The figures that the digests are over. Metrics that came later are no part of them: they have
    /// values of their own in their tests, and their coming changes no bit.
    private static let figures: Set = [
        "loss", "class-accuracy", "macro-f1", "balanced-accuracy", "auc", "macro-auc", "dice",
        "jaccard", "f1", "sensitivity", "specificity", "precision", "recall", "accuracy",
        "hausdorff", "hausdorff95", "assd", "ssim", "published/js", "published/ds",
        "published/ssim", "published/f1", "published/hd", "published/hd-reverse",
        "published/hd-symmetric", "published/sn", "published/sp", "published/pr", "published/rc",
    ]

    /// Trains the variant for 20 steps.
    private static func digest(of variant: Variant, on level: CPULevel) throws -> String {
        let phantoms = PhantomOptions(count: 14, size: .square(64), seed: 3)
        let entry = try #require(DatasetRegistry.find("phantom"))
        let dataset = try entry.load(
            DataRoot(option: nil), LoadOptions(side: 32, phantom: phantoms, cache: nil))
        var settings = TinyData.settings(epochs: 4, batch: 2)
        settings.stepsPerEpoch = variant.procedure == "supervised" ? 0 : 5
        variant.change(&settings)
        let (width, values) = (settings.width, settings.values)
        let make = variant.model.make
        let made = NetworkSettings(inputChannels: 1, structures: 1, values: values)
        let isWhole = variant.procedure == "supervised"
        let request = RunRequest(
            dataset: dataset,
            split: DataSplit(
                train: Array(0..<10), validation: [10, 11], test: [12, 13],
                labelled: isWhole ? Array(0..<10) : [0, 1, 2]),
            networks: NetworkFactory(
                segmentor: { _, _, initialiser in make(made, &initialiser) },
                classifier: { channels, outputs, make in
                    ConvolutionalClassifier(
                        "classifier", inputChannels: channels, classes: outputs, width: width,
                        using: &make)
                }),
            loss: try #require(LossRegistry.find(variant.loss)).make(values),
            settings: settings, seed: 7, folder: TinyData.folder())
        defer { try? FileManager.default.removeItem(at: request.folder) }
        let context = ComputeContext(threads: 1, cpu: level)
        var hash = SHA256()
        func add(_ name: String, _ value: Double) {
            hash.update("\(name) \(String(value.bitPattern, radix: 16))\n")
        }
        var steps = 0
        let outcome = try #require(ProcedureRegistry.find(variant.procedure)).make().run(
            request, context: context,
            observer: { event in
                switch event {
                case .step(_, _, _, let loss, _):
                    steps += 1
                    add("loss", loss)
                case .epoch(let report):
                    for (name, value) in report.validation.sorted(by: { $0.key < $1.key })
                    where Self.figures.contains(name) {
                        add(name, value)
                    }
                case .started, .saving, .note: break
                }
            }, shouldStop: { false })
        #expect(steps == 20)
        for evaluation in outcome.evaluations {
            for image in evaluation.segmentation?.images ?? [] {
                for (name, value) in image.values.sorted(by: { $0.key < $1.key })
                where Self.figures.contains(name) {
                    add("\(image.id) \(name)", value)
                }
            }
            for image in evaluation.classification?.images ?? [] {
                for value in image.probabilities { add(image.id, value) }
            }
        }
        for kind in ["best", "last"] {
            let weights = try Safetensors.read(
                from: request.folder.appending(path: "\(kind).safetensors"), in: context)
            for named in weights.tensors {
                hash.update("\(kind) \(named.name) \(named.tensor.shape)\n")
                named.tensor.values.withUnsafeBytes { hash.update($0) }
            }
        }
        return hash.digest()
    }
}
