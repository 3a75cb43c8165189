internal import ArgumentParser
internal import Foundation
internal import TensorCore

/// A row for each layer shape and kernel: time, speed and fraction of the machine's peak.
struct KernelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels",
        abstract: "Time every convolution kernel at the layer shapes of the networks.",
        discussion: """
            Speeds are of the operations that a direct convolution would do, so Winograd's method \
            can pass the peak, which is measured first.
            """)

    @Option(help: "Base width b.") var width = 32
    @Option(help: "Images.") var batch = 8
    @Option(help: "Height and width of the images, a multiple of 16.") var image = 128
    @Option(help: "Threads.") var threads = 2
    @Option(help: "Repetitions of which the fastest counts.") var repeats = 7
    @Option(
        help: "portable, avx2 or avx512; without it the best that runs here.",
        transform: KernelsCommand.level)
    var cpu: CPULevel?
    @Option(help: "Only layers whose name begins so.") var only = ""

    func validate() throws {
        guard width > 0, batch > 0, threads > 0, repeats > 0, image > 0, image % 16 == 0 else {
            throw ValidationError(
                "width, batch, threads and repeats must be positive, image a multiple of 16")
        }
    }

    func run() throws {
        let context = ComputeContext(threads: threads, cpu: cpu)
        let peak = measurePeak(context)
        print(
            String(
                format: "%@, %d threads, peak %.0f GFLOP/s", context.cpu.rawValue,
                context.threads, peak))
        print("layer     shape                             pass       ms   GFLOP/s   of peak")
        var total = 0.0
        var operations = 0.0
        for row in LayerRow.all(width: width, batch: batch, image: image)
        where row.name.hasPrefix(only) {
            let probe = ConvolutionProbe(row.layer, seed: 1, context: context)
            for pass in ConvolutionLayer.Pass.allCases where pass != .input || row.needsGradient {
                let time = (0..<repeats + 1).map { _ in seconds { probe.run(pass) } }.min() ?? 0
                let speed = row.layer.operations / time * 1e-9
                let name = row.name.padding(toLength: 9, withPad: " ", startingAt: 0)
                let shape = row.layer.description.padding(
                    toLength: 33, withPad: " ", startingAt: 0)
                let pass = pass.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
                print(
                    String(
                        format: "%@ %@ %@ %6.2f %9.0f %9.2f", name, shape, pass, time * 1e3,
                        speed, speed / peak))
                guard row.isUNet else { continue }
                total += time
                operations += row.layer.operations
            }
        }
        print(
            String(
                format: "U-Net in all: %.1f ms, %.0f GFLOP/s, %.2f of peak", total * 1e3,
                operations / total * 1e-9, operations / total * 1e-9 / peak))
    }

    private static func level(_ name: String) throws -> CPULevel {
        guard let level = CPULevel(rawValue: name) else {
            let known = CPULevel.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("unknown CPU level '\(name)'; known: \(known)")
        }
        return level
    }

    /// GFLOP/s of multiplications and additions in registers: the best of several short runs.
    private func measurePeak(_ context: ComputeContext) -> Double {
        (0..<12).map { _ in
            var operations = 0.0
            let time = seconds { operations = context.burnOperations(rounds: 500_000) }
            return operations / time * 1e-9
        }.max() ?? 0
    }

    private func seconds(_ work: () -> Void) -> Double {
        let time = ContinuousClock().measure(work)
        return Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    }
}
