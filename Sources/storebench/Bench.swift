import Foundation
import RunStore

/// Small things that the verbs share.
enum Bench {
    static let environment = RunEnvironment(version: "bench", cpu: "bench", threads: 1)

    static func cell(_ index: Int, epochs: Int) -> RunDescription {
        let models = ["unet", "attention-unet", "ppau-net"]
        let losses = ["tv", "kltv"]
        let model = models[index % models.count]
        let loss = losses[index / models.count % losses.count]
        return RunDescription(
            configuration: RunConfiguration([
                "dataset": .text("mcx"), "model": .text(model), "loss": .text(loss),
                "seed": .integer(Int64(index)),
            ]),
            dataset: "mcx", model: model, procedure: "supervised", loss: loss, labels: 100,
            seed: UInt64(index), epochs: epochs,
            parameters: ["epochs": .integer(Int64(epochs)), "learning-rate": .number(0.001)])
    }

    static func seconds(since start: ContinuousClock.Instant) -> Double {
        let duration = ContinuousClock.now - start
        return Double(duration.components.seconds)
            + Double(duration.components.attoseconds) * 1e-18
    }

    /// Seconds of processor time that this process has used.
    static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    static func text(_ value: Double) -> String { String(format: "%.2f", value) }
}
