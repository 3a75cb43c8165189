import ArgumentParser

/// `lightbox sweep FILE`
struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep", abstract: "Train every cell of an experiment that is missing.")

    @Argument(help: "Experiment file, such as experiments/demo.yaml.")
    var file: String

    @Option(name: .customLong("set"), help: "Override a key of the file: epochs=5, seed=[1, 2].")
    var overrides: [String] = []

    func run() throws {}
}
