import ArgumentParser

/// Shows what the tests of `Statistics` do, for comparison and for documents.
@main
struct StatisticsBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statisticsbench",
        abstract: "What Lightbox's tests say of a store's rows, and how often they are wrong.",
        subcommands: [FiguresCommand.self, SimulateCommand.self])
}
