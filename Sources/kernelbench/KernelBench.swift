internal import ArgumentParser

@main
struct KernelBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernelbench",
        abstract: "Timings of Lightbox's kernels and training steps.",
        subcommands: [KernelsCommand.self, ProductsCommand.self, StepCommand.self])
}
