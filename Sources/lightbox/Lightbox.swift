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
            try OptionRepetition.check(arguments, of: VerbName.command(arguments, of: self))
            var command = try parseAsRoot(arguments)
            _ = try CPULevel.requested()
            try command.run()
            try Printer.standard.close()
        } catch {
            Ending.end(error)
        }
    }
}
