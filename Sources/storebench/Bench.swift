import Domain
import Foundation
import RunStore

/// Small things that the verbs share.
enum Bench {
    static let environment = RunEnvironment(version: "bench", cpu: "bench", threads: 1)

    /// The cell at `index` of a grid of 3 models x 2 losses x 5 label fractions x 3 procedures, and
    /// then the next seed.
    static func cell(_ index: Int, epochs: Int) -> RunDescription {
        var rest = index
        func next<Value>(of values: [Value]) -> Value {
            defer { rest /= values.count }
            return values[rest % values.count]
        }
        let model = next(of: ["unet", "attention-unet", "ppau-net"])
        let loss = next(of: ["tv", "kltv"])
        let labels = next(of: [5.0, 10, 20, 50, 100])
        let procedure = next(of: ["supervised", "appau-net", "s4mcl"])
        let seed = rest + 1
        return RunDescription(
            configuration: RunConfiguration([
                "dataset": .text("mcx"), "model": .text(model), "loss": .text(loss),
                "labels": .number(labels), "procedure": .text(procedure),
                "seed": .integer(Int64(seed)),
            ]),
            dataset: "mcx", model: model, procedure: procedure, loss: loss, labels: labels,
            seed: UInt64(seed), epochs: epochs,
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
