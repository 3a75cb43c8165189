import ArgumentParser
import Console
import Foundation
import Reports
import RunStore
import Wording

/// Runs as options name them: by number, range or digest, and by the words of `report`.
struct RunSelection: ParsableArguments {
    @Option(
        name: .customLong("runs"),
        help: ArgumentHelp(
            "Runs: numbers, ranges and beginnings of digests, such as 4,7-9 (repeatable).",
            valueName: "runs"))
    var names: [String] = []

    @Option(help: "Also the completed runs of this experiment.")
    var experiment: String?

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Completed runs with this axis or setting only: model=unet, width=16 (repeatable).",
            valueName: "axis=value"))
    var conditions: [String] = []

    func validate() throws {
        if names.isEmpty, experiment == nil, conditions.isEmpty {
            throw ValidationError("expected --runs, --experiment or --where.")
        }
    }

    /// The numbers of the runs, ascending and each once.
    func ids(in store: RunStore) throws -> [RunID] {
        let ids = try Self.ids(names, option: "--runs", in: store)
        guard experiment != nil || !conditions.isEmpty else { return ids.sorted() }
        var request = ReportRequest()
        if let experiment { try request.set("experiment", to: [experiment]) }
        for condition in conditions { try request.set("where", to: [condition]) }
        var source = ReportSource(store: store, vocabulary: .registries, request: request)
        source.onReading = { Printer.errors.say("lightbox: \($0)") }
        let selected = try source.completedRuns()
        return (names.isEmpty ? Set(selected) : ids.union(selected)).sorted()
    }

    /// The runs that an option names: lists of numbers, ranges and beginnings of digests.
    ///
    /// - Throws: `CommandFailure` for a run that there is not, and for one that is named twice.
    static func ids(_ lists: [String], option: String, in store: RunStore) throws -> Set<RunID> {
        var ids: Set<RunID> = []
        for word in lists.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
            for id in try Self.ids(String(word).trimmingSpaces, option, in: store) {
                guard ids.insert(id).inserted else {
                    throw CommandFailure(
                        .usage, "\(option) names run \(id) twice; expected each run once")
                }
            }
        }
        return ids
    }

    /// The runs of one word: a range of numbers, or one run.
    private static func ids(_ word: String, _ option: String, in store: RunStore) throws -> [RunID]
    {
        let ends = word.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Int64(ends[0]), let last = Int64(ends[1]) else {
            return [try RunName(word).id(in: store)]
        }
        guard first <= last else {
            throw CommandFailure(
                .usage, "\(option): the range '\(word)' goes down; expected \(last)-\(first)")
        }
        let found = try store.runs(numbered: first...last)
        for end in [first, last] where !found.contains(end) {
            throw try missing(end, of: word, option, in: store)
        }
        let gaps = zip(found, found.dropFirst()).filter { $1 - $0 > 1 }
        if !gaps.isEmpty {
            let left = gaps.prefix(5).map { $1 - $0 == 2 ? "\($0 + 1)" : "\($0 + 1) to \($1 - 1)" }
            Printer.errors.say(
                "lightbox: \(option) \(word) is \(Plural.count(found.count, "run")): there is no run "
                    + left.joined(separator: ", ") + (gaps.count > 5 ? ", …" : ""))
        }
        return found
    }

    /// That a range ends at no run, with the runs that there are.
    private static func missing(
        _ end: RunID, of range: String, _ option: String, in store: RunStore
    ) throws -> CommandFailure {
        let known = try store.runNumbers()
        let there =
            known.count == 0
            ? "the store has no runs yet"
            : "it has \(Plural.count(known.count, "run")), numbered \(known.first) to \(known.last)"
        return CommandFailure(
            .noInput,
            "\(option): the range '\(range)' ends at run \(end), which is not in \(store.url.path); "
                + there)
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
