package import RunStore

/// Runs whose results were made by other code than this program's.
///
/// A result is kept until somebody asks for it again: an edited network does not throw results away,
/// but it is said which are not its own.
package struct OtherCode {
    /// The runs, in the order in which they were given.
    package let runs: [PlannedRun]
    private let total: Int
    private let mine: CodeIdentity?

    /// Those of the completed `runs` whose code is not `mine`; none where the program does not know
    /// its own.
    package init(_ runs: [PlannedRun], than mine: CodeIdentity?) {
        self.mine = mine
        let completed = runs.filter { $0.state == .completed }
        total = completed.count
        self.runs = mine.map { mine in completed.filter { $0.code?.digest != mine.digest } } ?? []
    }

    /// How many there are and by which code; nothing where there is none.
    ///
    /// - Parameter retrains: whether they are about to be trained again; nil where they cannot be.
    package func notes(retrains: Bool?) -> [String] {
        guard let mine, !runs.isEmpty else { return [] }
        let one = runs.count == 1
        let what =
            runs.count == total
            ? (one ? "the cell in the store was" : "all \(total) cells in the store were")
            : "\(runs.count) of the \(total) cells in the store \(one ? "was" : "were")"
        let end =
            switch retrains {
            case true?: "; now trained again, until then the old results stay"
            case false?: "; --retrain trains \(one ? "it" : "them") again"
            case nil: ""
            }
        return ["\(what) made by \(makers), not by this program's code \(mine.short)\(end)"]
    }

    /// "code 3f2a9c1b04 (commit 5d05b7ac3f)", or several with how many runs each made; the most runs
    /// first.
    private var makers: String {
        let groups = Dictionary(grouping: runs) { $0.code?.digest }
            .sorted { ($1.value.count, $0.key ?? "~") < ($0.value.count, $1.key ?? "~") }
        let names = groups.map { group in
            let name =
                group.value.first?.code.map { "code \($0.short)" }
                ?? "unknown code (from before it was recorded)"
            return groups.count == 1 ? name : "\(name): \(group.value.count)"
        }
        let shown = names.prefix(3).joined(separator: ", ")
        return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
    }
}
