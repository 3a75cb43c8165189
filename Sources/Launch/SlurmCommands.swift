import Foundation
import Synchronization

/// Slurm's commands that Lightbox uses: `sbatch`, `scontrol` and `squeue`; never `sacct`, which
/// many sites do not have.
enum SlurmCommands {
    /// Says where to go where there is no Slurm.
    static func check() throws {
        guard CommandLineTool.exists("sbatch") else {
            throw LaunchError.scheduler(
                command: "sbatch",
                reason: "there is no such program here; run this on a machine from which jobs are "
                    + "submitted, or look at the scripts with --dry-run")
        }
    }

    /// Submits a job from the folder; returns its number.
    static func submit(_ arguments: [String], from folder: URL) throws -> String {
        let result = try CommandLineTool.run("sbatch", arguments, in: folder, seconds: 120)
        let job = result.output.split(separator: "\n").last?.split(separator: ";").first
        guard result.status == 0, let job, job.allSatisfy(\.isNumber) else {
            let reason = (result.errors.isEmpty ? result.output : result.errors)
                .split(separator: "\n").last.map(String.init)
            throw LaunchError.scheduler(
                command: (["sbatch"] + arguments).joined(separator: " "),
                reason: reason ?? "ended with status \(result.status)")
        }
        return String(job)
    }

    /// The site's `MaxArraySize`; nil where Slurm does not answer.
    static var maxArraySize: Int? {
        let result = try? CommandLineTool.run("scontrol", ["show", "config"], seconds: 30)
        guard let result, result.status == 0 else { return nil }
        return maxArraySize(in: result.output)
    }

    static func maxArraySize(in configuration: String) -> Int? {
        for line in configuration.split(separator: "\n") {
            let parts = line.split(separator: "=").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            if parts.count == 2, parts[0] == "MaxArraySize" { return Int(parts[1]) }
        }
        return nil
    }

    /// This user's jobs, a line each; nil where Slurm does not answer.
    ///
    /// Asks Slurm at most every `patience` seconds, also where `lightbox status --watch` looks at
    /// many sweeps every other second: the answer costs the site's one controller.
    static func queue() -> String? {
        latest.withLock { latest in
            if let (text, time) = latest, time.duration(to: .now) < .seconds(patience) {
                return text
            }
            let text = ask()
            latest = (text, .now)
            return text
        }
    }

    private static let patience = 30
    private static let latest = Mutex<(text: String?, time: ContinuousClock.Instant)?>(nil)

    private static func ask() -> String? {
        let arguments = ["--noheader", "--array", "--user=\(getuid())", "--format=%F|%K|%T"]
        let result = try? CommandLineTool.run("squeue", arguments, seconds: 30)
        guard let result, result.status == 0 else { return nil }
        return result.output
    }

    /// What those lines say about a sweep.
    static func view(of submission: Submission, in text: String) -> QueueView {
        let chunks = Dictionary(submission.chunks.map { ($0.job, $0) }) { first, _ in first }
        var view = QueueView()
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard parts.count == 3 else { continue }
            if parts[0] == submission.merge { view.merges = true }
            if let chunk = chunks[parts[0]], let element = Int(parts[1]), element < chunk.count {
                view.tasks[chunk.first + element] = parts[2]
            }
        }
        return view
    }
}
