import ArgumentParser
import Console
import Datasets
import RunStore
import TensorCore
import Wording

/// The program: parses its arguments, runs one verb, and turns errors into one sentence and an
/// exit status.
@main
struct Lightbox: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lightbox",
        abstract: "Sweeps, tables and SQL for medical-image learning on the CPU.",
        discussion: """
            One command trains every missing cell of a grid and stores every metric; one writes \
            the tables; one answers SQL.
            """,
        version: Version.line,
        subcommands: [
            InitCommand.self, SweepCommand.self, TrainCommand.self, PlanCommand.self,
            StatusCommand.self,
            RunsCommand.self,
            ShowCommand.self, LogCommand.self, EvaluateCommand.self, ReportCommand.self,
            CompareCommand.self,
            QueryCommand.self,
            ServeCommand.self,
            SQLShellCommand.self, ExportCommand.self, ImportCommand.self, DataCommand.self,
            PredictCommand.self,
            DoctorCommand.self, MergeCommand.self, DeleteCommand.self, CollectCommand.self,
            CheckCommand.self, BackupCommand.self, ShipCommand.self, WorkerProgram.self,
            TaskCommand.self,
        ])

    /// Without a verb: what can be done next in this folder.
    func run() throws {
        try Printer.standard.print(NextSteps(below: DataRoot(option: nil)).lines)
    }

    /// The verb with its options; of several faults, an option that it does not have is said first.
    private static func parsed(
        _ arguments: [String], of verb: any ParsableCommand.Type
    ) throws -> any ParsableCommand {
        do {
            return try parseAsRoot(arguments)
        } catch {
            guard exitCode(for: error) != .success,
                !message(for: error).hasPrefix("Unknown option"),
                let failure = UnknownOption.failure(in: arguments, of: verb)
            else { throw error }
            throw failure
        }
    }

    static func main() {
        InheritedSignals.unblock()
        InheritedSignals.leaveQuitAlone()
        StoreWaiting.tell { path in
            Printer.errors.say(
                "lightbox: waiting for '\(path)', which another process has locked")
        }
        Printer.occupyClosedStreams()
        do {
            let arguments = CommandLine.arguments.dropFirst().map(UserPath.argument)
            let verb = try VerbName.command(arguments, of: self)
            try OptionRepetition.check(arguments, of: verb)
            var command = try parsed(arguments, of: verb)
            _ = try CPULevel.requested()
            try command.run()
            try Printer.standard.close()
        } catch {
            Ending.end(error)
        }
    }
}
