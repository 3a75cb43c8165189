import ArgumentParser

/// Timings of the run store, and the processes that its tests start and kill.
@main
struct StoreBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "storebench", abstract: "Times the run store.",
        subcommands: [
            Points.self, Writers.self, Cells.self, Ask.self, Merge.self, Torture.self, Open.self,
            Write.self, Race.self,
        ])
}
