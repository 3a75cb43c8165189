import ArgumentParser
import Launch

/// Options that say where a sweep is trained.
struct LaunchArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Where the cells are trained: \(Self.launchers)."))
    var launcher = LauncherRegistry.all[0].name

    @Option(help: "slurm: partition of the jobs.")
    var partition: String?

    @Option(help: "slurm: time limit of a task, such as 90 (minutes) or 2:30:00.")
    var time: String?

    @Option(help: "slurm, parallel: processors of a task. (default: 1)")
    var cpus: Int?

    @Option(help: "slurm: memory of a task, such as 4G.")
    var mem: String?

    @Option(
        help: ArgumentHelp("slurm, parallel: tasks that may run at once.", valueName: "tasks"))
    var arrayParallel: Int?

    @Option(
        help: ArgumentHelp(
            "slurm, parallel: cells of a task. (default: some 20 minutes' worth)",
            valueName: "cells"))
    var pack: Int?

    @Option(
        help: ArgumentHelp(
            "slurm: how often a task may requeue itself at its time limit. (default: "
                + "\(LaunchOptions.defaultRequeues))", valueName: "times"))
    var requeues: Int?

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "slurm: one more option for sbatch, such as --account=lab; repeatable.",
            valueName: "option"))
    var sbatchArg: [String] = []

    /// The launcher that is meant, and what it is asked; checked.
    ///
    /// - Throws: `LaunchError`.
    func checked() throws -> (launcher: any Launcher, options: LaunchOptions) {
        let launcher = try LauncherRegistry.require(launcher)
        var options = LaunchOptions()
        options.partition = partition
        options.time = time
        options.cpus = cpus
        options.memory = mem
        options.arrayParallel = arrayParallel
        options.pack = pack
        options.requeues = requeues
        options.sbatchArguments = sbatchArg
        try options.check(for: launcher)
        return (launcher, options)
    }

    private static var launchers: String {
        LauncherRegistry.all.map { "\($0.name) (\($0.summary))" }.joined(separator: ", ")
    }
}
