import Foundation

/// Submits a sweep to Slurm: job arrays that train, and a job that merges when they have ended.
///
/// Returns at once; no process of Lightbox stays on the login node.
struct SlurmLauncher: Launcher {
    let name = "slurm"
    let summary = "as job arrays of Slurm"
    let options = Set(LaunchOptions.Key.allCases)

    func preview(_ request: LaunchRequest) throws -> String {
        try SlurmScript.check(folder: request.store.deletingLastPathComponent())
        let open = try OpenCells(request, for: self, isDryRun: true)
        guard let sweep = try PreparedSweep(open, of: request, launcher: self, isDryRun: true)
        else { return open.notes.joined(separator: "\n") }
        return script(sweep, request).preview
    }

    func launch(_ request: LaunchRequest) throws -> LaunchOutcome {
        try SlurmCommands.check()
        try SlurmScript.check(folder: request.store.deletingLastPathComponent())
        let open = try OpenCells(request, for: self, isDryRun: false)
        guard let sweep = try PreparedSweep(open, of: request, launcher: self, isDryRun: false)
        else { return .handedOver(lines: open.notes) }
        let script = script(sweep, request)
        let folder = sweep.folder
        for (text, name) in [
            (script.taskText, SlurmScript.task), (script.mergeText, SlurmScript.merge),
        ] {
            try NetworkFile.write(Data(text.utf8), to: folder.url.appendingPathComponent(name))
        }
        let submission = try submit(script, from: folder)
        let jobs = submission.chunks.map(\.job).joined(separator: ", ")
        return .handedOver(
            lines: open.notes + [
                "\(folder.name): \(sweep.size), submitted as job \(jobs); job "
                    + "\(submission.merge ?? "?") merges when they have ended",
                folder.url.path,
            ])
    }

    func queue(of submission: Submission) -> QueueView? {
        guard let text = SlurmCommands.queue() else { return nil }
        return SlurmCommands.view(of: submission, in: text)
    }

    private func script(_ sweep: PreparedSweep, _ request: LaunchRequest) -> SlurmScript {
        SlurmScript(
            manifest: sweep.manifest, folder: sweep.folder, options: request.options,
            maxArraySize: SlurmCommands.maxArraySize ?? SlurmScript.defaultMaxArraySize)
    }

    /// Submits the arrays and the merge. What was submitted is on record before an error ends it:
    /// the same command later launches only what is not in the queue.
    private func submit(_ script: SlurmScript, from folder: SweepFolder) throws -> Submission {
        var submission = Submission(launcher: name)
        var failure: (any Error)?
        for chunk in script.chunks {
            do {
                let job = try SlurmCommands.submit(
                    script.arguments(of: chunk, after: submission.chunks.last?.job),
                    from: folder.url)
                submission.chunks.append(
                    Submission.Chunk(job: job, first: chunk.first, count: chunk.count))
                try folder.write(submission)
            } catch {
                failure = error
                break
            }
        }
        if !submission.chunks.isEmpty {
            let jobs = submission.chunks.map(\.job)
            submission.merge = try SlurmCommands.submit(
                script.mergeArguments(after: jobs), from: folder.url)
            try folder.write(submission)
        }
        if let failure {
            if submission.chunks.isEmpty { try? FileManager.default.removeItem(at: folder.url) }
            throw failure
        }
        return submission
    }
}
