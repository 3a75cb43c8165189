import Foundation
import Testing

/// Launchers that hand a sweep over, with stand-ins for Slurm's commands that keep what they are
/// asked, and scripts that are run as Slurm would run them.
@Suite struct ClusterTests {
    let program: Program

    init() throws {
        program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny.replacing("name: tiny", with: "name: grid"), to: "e.yaml")
    }

    /// Commands that play Slurm: jobs are numbered from 11, the queue is what the file says.
    private func fakeSlurm() throws -> [String: String] {
        let commands = [
            "sbatch": """
            number=$(cat "$FAKE/number" 2>/dev/null || echo 10)
            [ -e "$FAKE/full" ] && [ "$number" -ge 11 ] && { echo "sbatch: error: QOSMaxSubmit" >&2; exit 1; }
            echo $((number + 1)) >"$FAKE/number"
            printf '%s|' "$(basename "$PWD")" "$@" >>"$FAKE/asked"
            echo >>"$FAKE/asked"
            echo $((number + 1))
            """,
            "scontrol": """
            [ "$1" = requeue ] && { echo "$2" >>"$FAKE/requeued"; exit 0; }
            echo "MaxArraySize            = 2"
            """,
            "squeue": "cat \"$FAKE/queue\" 2>/dev/null",
        ]
        for (name, text) in commands {
            try program.write("#!/bin/sh\n\(text)\n", to: "bin/\(name)")
            chmod(program.folder.appendingPathComponent("bin/\(name)").path, 0o755)
        }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return [
            "PATH": program.folder.appendingPathComponent("bin").path + ":" + path,
            "FAKE": program.folder.path,
        ]
    }

    private func text(_ path: String) -> String {
        (try? String(
            contentsOf: program.folder.appendingPathComponent(path), encoding: .utf8)) ?? ""
    }

    /// Runs a script of the sweep's folder.
    private func run(
        _ script: String, _ arguments: [String], environment: [String: String]
    ) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = [script] + arguments
        process.currentDirectoryURL = program.folder.appendingPathComponent("results/sweeps/grid-1")
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            .merging(["LIGHTBOX_CACHE": ""]) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test func aDryRunPrintsScriptsAndWritesNothing() throws {
        let environment = try fakeSlurm()
        let ending = try program.run(
            ["sweep", "e.yaml", "--launcher", "slurm", "--dry-run", "--pack", "1", "--mem", "2G"],
            environment: environment)
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(ending.output.contains("#SBATCH --mem=2G\n"))
        #expect(ending.output.contains("job1=$(sbatch --parsable --array=0-0 task.sh 1)\n"))
        #expect(
            ending.output.hasSuffix(
                "sbatch --parsable --dependency=afterany:$job0:$job1 merge.sh\n"))
        #expect(text("asked") == "")
        #expect(!FileManager.default.fileExists(atPath: program.folder.path + "/results"))
        let parallel = try program.run("sweep", "e.yaml", "--launcher", "parallel", "--dry-run")
        #expect(parallel.output.contains("| parallel --jobs "))
        #expect(!FileManager.default.fileExists(atPath: program.folder.path + "/results"))
    }

    @Test func slurmGetsArraysAndAMerge() throws {
        var environment = try fakeSlurm()
        let launch = ["sweep", "e.yaml", "--launcher", "slurm", "--pack", "1"]
        let ending = try program.run(launch, environment: environment)
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(
            ending.output.hasPrefix("grid-1: 2 cells in 2 tasks, submitted as job 11, 12; job 13"))
        #expect(
            text("asked") == """
                grid-1|--parsable|--array=0-0|task.sh|0|
                grid-1|--parsable|--array=0-0|task.sh|1|
                grid-1|--parsable|--dependency=afterany:11:12|merge.sh|

                """)

        // While jobs are in the queue nothing is launched twice.
        try program.write("11|0|RUNNING\n12|0|PENDING\n13|N/A|PENDING\n", to: "queue")
        let again = try program.run(launch, environment: environment)
        #expect(again.output.contains("2 cells are in the queue already"), "\(again)")
        let waiting = try program.run(["status"], environment: environment)
        #expect(waiting.output.contains("sweep grid-1 (slurm job 11, 12): 2 tasks: 2 waiting"))

        // Jobs that are gone without a merge are named, with what to do.
        try program.write("", to: "queue")
        let gone = try program.run(launch, environment: environment)
        expectSentence(gone, status: 1, "merge --sweep")
        let lost = try program.run(["status"], environment: environment)
        #expect(lost.output.contains("task 1: lost: never started"), "\(lost.output)")

        environment["SLURM_ARRAY_JOB_ID"] = "12"
        environment["SLURM_ARRAY_TASK_ID"] = "0"
        #expect(try run("task.sh", ["1"], environment: environment) == 0)
        #expect(text("results/sweeps/grid-1/tasks/0001.json").contains("\"job\" : \"12_0\""))
        // Task 0 never started, so one cell stays open and the merge says so.
        #expect(try run("merge.sh", [], environment: environment) == 1)
        #expect(text("results/grid.md").contains("KLTV"))
        let status = try program.run(["status"], environment: environment)
        #expect(status.output.contains("1 completed, 1 failed"), "\(status.output)")
        #expect(status.output.contains("task 0 of sweep grid-1 never started"))

        // A later submission that the site cuts short leaves nothing uncertain.
        try FileManager.default.removeItem(atPath: program.folder.path + "/number")
        try program.write("", to: "full")
        let retry = launch + ["--retry-failed", "--set", "seed=[1, 2]"]
        let cut = try program.run(retry, environment: environment)
        expectSentence(cut, status: 1, "QOSMaxSubmit")
    }

    @Test func aTaskStoppedByTheTimeLimitGoesOnToTheSameBits() throws {
        let environment = try fakeSlurm()
        let more = ["--set", "epochs=300", "--set", "loss=kltv"]
        let launch = try program.run(
            ["sweep", "e.yaml", "--launcher", "slurm"] + more, environment: environment)
        #expect(launch.status == 0, "\(launch.errors)")
        let slurm = ["SLURM_ARRAY_JOB_ID": "11", "SLURM_ARRAY_TASK_ID": "0"]
        let variables = environment.merging(slurm) { $1 }

        // As Slurm does before the time limit: USR1 to the shell of the script alone.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["task.sh", "0"]
        process.currentDirectoryURL = program.folder.appendingPathComponent("results/sweeps/grid-1")
        process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
            .merging(["LIGHTBOX_CACHE": ""]) { $1 }
        let log = program.folder.appendingPathComponent("log")
        try #require(FileManager.default.createFile(atPath: log.path, contents: nil))
        process.standardError = try FileHandle(forWritingTo: log)
        // Threads that run tests may have signals blocked, which the shell would inherit.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGUSR1)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        try process.run()
        while process.isRunning, !text("log").contains("start  ") {
            Thread.sleep(forTimeInterval: 0.02)
        }
        kill(process.processIdentifier, SIGUSR1)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text("log"))")
        #expect(text("requeued") == "11_0\n", "\(text("log"))")
        let state = "results/sweeps/grid-1/tasks/0000.json"
        #expect(text(state).contains("\"phase\" : \"saved\""))

        let restarted = variables.merging(["SLURM_RESTART_COUNT": "1"]) { $1 }
        #expect(try run("task.sh", ["0"], environment: restarted) == 0)
        #expect(text(state).contains("\"restarts\" : 1"))
        #expect(try run("merge.sh", [], environment: environment) == 0)

        let local = try program.run(["sweep", "e.yaml", "--store", "local/l.db"] + more)
        #expect(local.status == 0, "\(local.errors)")
        let query = """
            SELECT r.digest, m.split, m.name, m.epoch, printf('%!.17g', m.value) FROM metric m
            JOIN run r ON r.id = m.run WHERE m.name NOT IN ('seconds', 'images-per-second')
            UNION ALL SELECT r.digest, a.kind, '', a.bytes, a.digest FROM artifact a
            JOIN run r ON r.id = a.run ORDER BY 1, 2, 3, 4
            """
        let ours = try program.run("query", query, "--format", "csv")
        let theirs = try program.run("query", query, "--format", "csv", "--store", "local/l.db")
        #expect(ours.output.split(separator: "\n").count > 300 * 4)
        #expect(ours.output == theirs.output)
    }

    @Test func plainShellScriptsTrainAndMerge() throws {
        // No GNU parallel here: the script falls back to xargs.
        try program.write("#!/bin/sh\nexit 127\n", to: "bin/parallel")
        chmod(program.folder.appendingPathComponent("bin/parallel").path, 0o755)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let environment = [
            "PATH": program.folder.appendingPathComponent("bin").path + ":" + path
        ]
        let launch = try program.run(
            ["sweep", "e.yaml", "--launcher", "parallel", "--pack", "1", "--array-parallel", "2"])
        #expect(launch.output.contains("| parallel --jobs 2 --joblog logs/joblog sh task.sh {};"))
        #expect(try run("run.sh", [], environment: environment) == 0)
        #expect(try program.run("status").output == "2 completed\n")
        #expect(text("results/grid.md").contains("KLTV"))
    }

    @Test func optionsOfOtherLaunchersAreRefused() throws {
        let local = try program.run("sweep", "e.yaml", "--partition", "debug")
        expectSentence(local, status: 64, "--partition means nothing to the launcher 'local'")
        let unknown = try program.run("sweep", "e.yaml", "--launcher", "slrum")
        expectSentence(unknown, status: 64, "did you mean 'slurm'?")
        let bad = try program.run("sweep", "e.yaml", "--launcher", "slurm", "--time", "soon")
        expectSentence(bad, status: 64, "--time is 'soon'")
        let none = try program.run(
            ["sweep", "e.yaml", "--launcher", "slurm"], environment: ["PATH": "/nowhere"])
        expectSentence(none, status: 1, "sbatch: there is no such program here")
        let merge = try program.run("merge", "--sweep", "data")
        expectSentence(merge, status: 66, "is no folder of a sweep")
        let task = try program.run("task", "data", "0")
        expectSentence(task, status: 66, "is no folder of a sweep")
    }
}
