import Foundation
import Runner
import Specification
import Wording

/// Writes a sweep as plain shell scripts, for GNU parallel or a machine without any scheduler.
///
/// Starts nothing: the lines that it returns say what to run.
struct ParallelLauncher: Launcher {
    let name = "parallel"
    let summary = "as scripts for GNU parallel or a plain shell"
    let options: Set<LaunchOptions.Key> = [.pack, .cpus, .arrayParallel]

    func preview(_ request: LaunchRequest) throws -> String {
        let open = try OpenCells(request, for: self, isDryRun: true)
        guard let sweep = try PreparedSweep(open, of: request, launcher: self, isDryRun: true)
        else { return open.notes.joined(separator: "\n") }
        let script = ParallelScript(
            manifest: sweep.manifest, folder: sweep.folder, most: most(request))
        return """
            # \(sweep.folder.url.path)/\(ParallelScript.task)
            \(script.taskText)
            # \(sweep.folder.url.path)/\(ParallelScript.all)
            \(script.allText)
            # With GNU parallel, a line:
            \(script.commandLine)
            """
    }

    func launch(_ request: LaunchRequest) throws -> LaunchOutcome {
        let open = try OpenCells(request, for: self, isDryRun: false)
        guard let sweep = try PreparedSweep(open, of: request, launcher: self, isDryRun: false)
        else { return .handedOver(lines: open.notes) }
        let script = ParallelScript(
            manifest: sweep.manifest, folder: sweep.folder, most: most(request))
        let folder = sweep.folder.url
        for (text, name) in [
            (script.taskText, ParallelScript.task), (script.allText, ParallelScript.all),
        ] {
            try NetworkFile.write(Data(text.utf8), to: folder.appendingPathComponent(name))
        }
        let all = folder.appendingPathComponent(ParallelScript.all).path
        return .handedOver(
            lines: open.notes + [
                "\(sweep.folder.name): \(sweep.size), to be run with",
                "sh \(ShellText.quoted(all))", "or with GNU parallel:", script.commandLine,
            ])
    }

    func queue(of submission: Submission) -> QueueView? { nil }

    private func most(_ request: LaunchRequest) -> Int {
        request.options.arrayParallel
            ?? max(1, Machine.processors / (request.options.cpus ?? 1))
    }
}

/// The shell scripts of a sweep.
struct ParallelScript {
    let manifest: SweepManifest
    let folder: SweepFolder
    /// Tasks at once.
    let most: Int

    /// Names of the scripts: one task, and everything.
    static let task = "task.sh", all = "run.sh"

    private var variables: String {
        """
        lightbox=\(ShellText.quoted(manifest.program))
        sweep=\(ShellText.quoted(folder.url.path))
        """
    }

    private var merge: String { "merge --sweep \"$sweep\" --store \"$store\" --ended" }

    /// Runs the task that its argument names.
    var taskText: String {
        """
        #!/bin/sh
        # Sweep \(ShellText.comment(folder.name)): task number $1 of \(manifest.tasks.count), from 0.
        \(variables)
        exec "$lightbox" task "$sweep" "$1" --cpus \(manifest.cpus) >>"$sweep/logs/$1.log" 2>&1

        """
    }

    /// Runs every task, some at once, and merges; run again, it goes on where it stopped.
    var allText: String {
        """
        #!/bin/sh
        # Sweep \(ShellText.comment(folder.name)): \(Plural.count(manifest.items.count, "cell")) in \
        \(Plural.count(manifest.tasks.count, "task")), then the merge. The argument is the
        # number of tasks at once.
        \(variables)
        store=\(ShellText.quoted(manifest.store))
        most=${1:-\(most)}
        cd "$sweep" || exit 1
        if parallel --version 2>/dev/null | grep -q '^GNU parallel'; then
            \(tasks) | parallel --will-cite --jobs "$most" sh \(Self.task) {}
        else
            \(tasks) | xargs -n 1 -P "$most" sh \(Self.task)
        fi
        exec "$lightbox" \(merge)

        """
    }

    private var tasks: String { "seq 0 \(manifest.tasks.count - 1)" }

    /// The same as one line.
    var commandLine: String {
        let program = ShellText.quoted(manifest.program)
        let place = ShellText.quoted(folder.url.path)
        return "cd \(place) && \(tasks) | parallel --jobs \(most) --joblog logs/joblog sh "
            + "\(Self.task) {}; \(program) merge --sweep \(place) --store "
            + "\(ShellText.quoted(manifest.store)) --ended"
    }
}
