import Foundation
import Wording

/// The two scripts that a sweep gives to Slurm, and how they are submitted.
struct SlurmScript {
    let manifest: SweepManifest
    let folder: SweepFolder
    let options: LaunchOptions
    /// The site's `MaxArraySize`: one more than the highest index of an array.
    let maxArraySize: Int

    /// Names of the scripts in the sweep's folder.
    static let task = "task.sh", merge = "merge.sh"
    /// Slurm's own default of `MaxArraySize`.
    static let defaultMaxArraySize = 1001

    // MARK: Arrays

    /// One array: element `i` is task `first + i`.
    struct Chunk: Hashable {
        let first: Int, count: Int
    }

    /// The arrays, each of fewer tasks than `MaxArraySize`.
    var chunks: [Chunk] {
        let size = max(1, maxArraySize - 1)
        return stride(from: 0, to: manifest.tasks.count, by: size).map {
            Chunk(first: $0, count: min(size, manifest.tasks.count - $0))
        }
    }

    /// Arguments of `sbatch` for an array; where the number of tasks at once is limited, an array
    /// waits for the one before it, job `previous`, so that the limit holds for the whole sweep.
    func arguments(of chunk: Chunk, after previous: String?) -> [String] {
        var array = "0-\(chunk.count - 1)"
        var arguments = ["--parsable"]
        if let most = options.arrayParallel {
            array += "%\(most)"
            if let previous { arguments.append("--dependency=afterany:\(previous)") }
        }
        return arguments + ["--array=\(array)", Self.task, String(chunk.first)]
    }

    /// Arguments of `sbatch` for the merge, which waits for all arrays however they end.
    func mergeArguments(after jobs: [String]) -> [String] {
        ["--parsable", "--dependency=afterany:" + jobs.joined(separator: ":"), Self.merge]
    }

    // MARK: Texts

    /// Seconds before the time limit at which a task is told to save; Slurm may send the signal up
    /// to a minute earlier.
    private var lead: Int { min(120, max(1, (manifest.limit ?? .max) / 4)) }

    private var jobName: String { "lightbox-" + ShellText.name(manifest.experiment.name) }

    /// The script of an array element.
    var taskText: String {
        let size =
            Plural.count(manifest.items.count, "cell") + " in "
            + Plural.count(manifest.tasks.count, "task")
        let header = """
            #!/bin/bash
            # Sweep \(ShellText.comment(folder.name)): \(size). \
            An array element is a task; the
            # argument is the number of the array's first task.
            #SBATCH --job-name=\(jobName)
            #SBATCH --output=\(log("%A_%a.log"))
            #SBATCH --open-mode=append
            #SBATCH --requeue
            #SBATCH --signal=B:USR1@\(lead)
            #SBATCH --nodes=1
            #SBATCH --ntasks=1
            #SBATCH --cpus-per-task=\(manifest.cpus)
            """
        return ([header] + directives(time: options.time) + [variables, Self.body])
            .joined(separator: "\n") + "\n"
    }

    private static let body = """
        task=$((${1:-0} + SLURM_ARRAY_TASK_ID))
        job="${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"

        # Slurm sends USR1 some time before the time limit. The task then saves and ends with status
        # 75, unless it has been requeued as often as it may.
        "$lightbox" task "$sweep" "$task" --cpus "${SLURM_CPUS_PER_TASK:-1}" \\
            --restarts "${SLURM_RESTART_COUNT:-0}" --job "$job" &
        worker=$!
        trap 'again=1; kill -USR1 "$worker"' USR1
        trap 'again=1' TERM
        again=1
        while [ "$again" = 1 ]; do
            again=0
            wait "$worker"
            ended=$?
            # 127: a signal came just when the task had ended and its status was known.
            [ "$ended" = 127 ] || status=$ended
        done
        if [ "$status" = 75 ]; then
            scontrol requeue "$job" && exit 0
        fi
        exit "$status"
        """

    /// The script that merges when all tasks have ended.
    var mergeText: String {
        let header = """
            #!/bin/bash
            # Unites the shards of sweep \(ShellText.comment(folder.name)) into the main store; \
            may be run again at any time.
            #SBATCH --job-name=\(jobName)-merge
            #SBATCH --output=\(log("merge-%j.log"))
            #SBATCH --nodes=1
            #SBATCH --ntasks=1
            """
        // A merge needs minutes; it must fit into the limit that the user chose, though.
        let hour = "60"
        let time = manifest.limit.map { $0 < 3600 ? options.time ?? hour : hour }
        let body = """
            exec "$lightbox" merge --sweep "$sweep" --store "$store" --ended
            """
        let store = "store=\(ShellText.quoted(manifest.store))"
        return ([header] + directives(time: time) + [variables, store, body])
            .joined(separator: "\n") + "\n"
    }

    /// Where a job writes what it prints. Slurm replaces what follows a '%' in the whole path, also
    /// in the name of the folder that a relative one starts from.
    private func log(_ name: String) -> String {
        let folder = folder.logs.path
        guard folder.contains("%") else { return "logs/" + name }
        return ShellText.quoted(folder.replacingOccurrences(of: "%", with: "%%") + "/" + name)
    }

    /// Refuses folders whose names Slurm cannot take, however they are written.
    ///
    /// - Throws: `LaunchError.badOption`.
    static func check(folder: URL) throws {
        let isBad = folder.path.unicodeScalars.contains {
            $0 == "\\" || $0.value < 32 || $0.value == 127
        }
        guard isBad else { return }
        throw LaunchError.badOption(
            option: "the folder of --store", found: ShellText.comment(folder.path),
            expected: "a path without backslashes and control characters, which Slurm misreads")
    }

    private func directives(time: String?) -> [String] {
        var lines: [String] = []
        if let partition = options.partition { lines.append("--partition=\(partition)") }
        if let time { lines.append("--time=\(time)") }
        if let memory = options.memory { lines.append("--mem=\(memory)") }
        lines += options.sbatchArguments.map(Self.quoted)
        return lines.map { "#SBATCH \($0)" } + [""]
    }

    private var variables: String {
        """
        lightbox=\(ShellText.quoted(manifest.program))
        sweep=\(ShellText.quoted(folder.url.path))
        """
    }

    /// An option for an `#SBATCH` line, which knows quotes and takes '#' for a comment.
    private static func quoted(_ argument: String) -> String {
        // As for a shell; the option's name stays readable.
        guard let equals = argument.firstIndex(of: "=") else {
            return ShellText.quoted(argument)
        }
        let value = argument[argument.index(after: equals)...]
        let name = ShellText.quoted(String(argument[..<equals]))
        return name + "=" + (value.isEmpty ? "" : ShellText.quoted(String(value)))
    }

    /// Everything, for a dry run.
    var preview: String {
        var lines = ["# \(folder.url.path)/\(Self.task)", taskText]
        lines += ["# \(folder.url.path)/\(Self.merge)", mergeText, "# Submitted as:"]
        lines.append("cd \(ShellText.quoted(folder.url.path))")
        var jobs: [String] = []
        for (index, chunk) in chunks.enumerated() {
            let arguments = arguments(of: chunk, after: jobs.last).joined(separator: " ")
            lines.append("job\(index)=$(sbatch \(arguments))")
            jobs.append("$job\(index)")
        }
        lines.append("sbatch \(mergeArguments(after: jobs).joined(separator: " "))")
        return lines.joined(separator: "\n")
    }
}
