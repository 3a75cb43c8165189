import ArgumentParser
import Console
import Reports
import RunStore

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
    static func ids(_ lists: [String], option: String, in store: RunStore) throws -> Set<RunID> {
        var ids: Set<RunID> = []
        for word in lists.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
            ids.formUnion(try Self.ids(String(word).trimmingSpaces, option, in: store))
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
        // Says which runs there are.
        guard !found.isEmpty else { return [try RunName(String(first)).id(in: store)] }
        return found
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
