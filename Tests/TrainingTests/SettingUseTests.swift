import Losses
import TensorCore
import Testing

@testable import Training

/// What a loss does not use makes no difference, and what it uses does.
@Suite struct SettingUseTests {
    private static let changes: [(name: String, change: @Sendable (inout LossSettings) -> Void)] = [
        ("tversky-alpha", { $0.tverskyAlpha = 0.6 }), ("tversky-beta", { $0.tverskyBeta = 0.2 }),
        ("tversky-smooth", { $0.smooth = 3 }), ("kl-clip", { $0.klClip = 0.1 }),
        ("loss-a", { $0.a = 3 }), ("loss-b", { $0.b = 3 }), ("focal-gamma", { $0.focalGamma = 2 }),
        ("loss-reduction", { $0.reduction = .batch }),
    ]

    @Test(arguments: LossRegistry.all.map(\.name))
    func lossesUseWhatIsListed(_ name: String) throws {
        let context = ComputeContext(threads: 1)
        let shape = Shape(2, 8, 8, 1)
        var random = RandomSource(seed: 5)
        let p = (0..<shape.count).map { _ in Float(random.uniform(0.01...0.99)) }
        // Unlike images, so that a batch as one image gives another mean.
        let y = (0..<shape.count).map { index -> Float in
            index < 64 ? (index < 50 ? 1 : 0) : (index < 70 ? 1 : 0)
        }
        let probabilities = Tensor(p, shape: shape, in: context)
        let target = Tensor(y, shape: shape, in: context)
        let entry = try #require(LossRegistry.find(name))
        func value(_ settings: LossSettings) -> Double {
            let loss = entry.make(settings)
            let tape = Tape(inference: context)
            return loss(tape.constant(probabilities), target: target, weight: 1, on: tape)
        }
        let plain = value(LossSettings())
        for (setting, change) in Self.changes {
            var settings = LossSettings()
            change(&settings)
            let use = try #require(SettingUse.all[setting])
            let isUsed = use.losses?.contains(name) ?? true
            // The mean over pixels is the same over images and over the batch.
            let isMean = setting == "loss-reduction" && name == "xe"
            let difference = abs(value(settings) - plain)
            #expect((difference > 1e-9) == (isUsed && !isMean), "\(setting)")
        }
    }

    @Test func everyNameIsKnown() {
        let axes = ["model", "loss"]
        let procedures = Set(ProcedureRegistry.all.map(\.name))
        for (name, use) in SettingUse.all {
            #expect(axes.contains(name) || TrainingSettings.field(name) != nil, "\(name)")
            #expect(use.losses?.isSubset(of: Set(LossRegistry.all.map(\.name))) ?? true)
            #expect(use.procedures?.isSubset(of: procedures) ?? true)
        }
    }
}
