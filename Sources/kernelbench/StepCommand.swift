internal import ArgumentParser
internal import Foundation
internal import Models
internal import TensorCore

/// Serves timings of whole training steps and inferences to `benchmarks/compare.py`, which
/// alternates them with PyTorch's. A request is a line with a number: the work is done once
/// untimed, then so many times; the answer is one JSON line with the mean.
struct StepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step",
        abstract: "Time whole training steps or inferences, one a line of standard input.")

    enum Work: String, ExpressibleByArgument, CaseIterable {
        case step
        case appau
        case inference
    }

    @Option(help: "What to time.") var work = Work.step
    @Option(help: "A segmentation network.") var model = "unet"
    @Option(help: "Base width b.") var width = 32
    @Option(help: "Images a step.") var batch = 8
    @Option(help: "Height and width of the images, a multiple of 16.") var image = 128
    @Option(help: "Threads.") var threads = 2
    @Option(help: "Structures that are segmented.") var structures = 1
    @Option(help: "For inference: weights and images (benchmarks/inference_state.py writes them).")
    var state: String?
    @Option(help: "For inference: a file for the answers, safetensors.") var answers: String?
    @Option(help: "Instead of serving, time so many repetitions and print the median.")
    var repeats: Int?

    func validate() throws {
        guard ModelRegistry.find(model) != nil else {
            let known = ModelRegistry.names.joined(separator: ", ")
            throw ValidationError("unknown model '\(model)'; known: \(known)")
        }
        guard width > 0, batch > 0, threads > 0, structures > 0, image > 0, image % 16 == 0 else {
            throw ValidationError(
                "width, batch, threads and structures must be positive, image a multiple of 16")
        }
        guard work == .inference || state == nil && answers == nil else {
            throw ValidationError("--state and --answers are for --work inference")
        }
    }

    func run() throws {
        guard let entry = ModelRegistry.find(model) else { return }
        let procedure =
            switch work {
            case .step: "supervised"
            case .appau: "appau-net"
            case .inference: nil as String?
            }
        if let procedure {
            try ProcedureBench(
                procedure, entry, width: width, batch: batch, image: image, structures: structures,
                threads: threads
            ).serve(repeats: repeats)
        } else {
            let bench = try InferenceBench(
                entry, width: width, batch: batch, image: image, structures: structures,
                state: state.map { URL(fileURLWithPath: $0) },
                context: ComputeContext(threads: threads))
            if let answers { try bench.write(to: URL(fileURLWithPath: answers)) }
            bench.serve(repeats: repeats)
        }
    }
}
