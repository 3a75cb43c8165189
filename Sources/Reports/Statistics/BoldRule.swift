public import Domain

/// Decides which cells may be set in bold.
///
/// The best mean of a group is bold only when the runs can say so: at least two rows are compared,
/// each of them has at least `minimumRuns` runs, and the lead over the second best is at least
/// `standardErrors` standard errors of the difference, √(sd₁²/n₁ + sd₂²/n₂).
public struct BoldRule: Sendable, Equatable {
    /// Fewest runs a compared row must have.
    public let minimumRuns: Int
    /// Smallest lead in standard errors of the difference.
    public let standardErrors: Double

    /// Makes a rule.
    public init(minimumRuns: Int = 3, standardErrors: Double = 2) {
        self.minimumRuns = max(2, minimumRuns)
        self.standardErrors = standardErrors
    }

    /// The rule in one sentence, for the table's notes.
    public var statement: String {
        "Bold: best mean of its group, set only when every compared row has at least "
            + "\(minimumRuns) runs and the lead over the second best is at least "
            + "\(NumberFormat.short(standardErrors)) standard errors of the difference."
    }

    /// Index of the winner among `candidates` (nil entries are not compared), or nil.
    public func winner(_ candidates: [Summary?], direction: MetricDirection) -> Int? {
        let present = candidates.enumerated().compactMap { entry in
            entry.element.map { (index: entry.offset, summary: $0) }
        }
        guard present.count > 1, present.allSatisfy({ $0.summary.n >= minimumRuns }) else {
            return nil
        }
        let ranked = present.sorted {
            direction == .higherIsBetter
                ? $0.summary.mean > $1.summary.mean : $0.summary.mean < $1.summary.mean
        }
        let (best, second) = (ranked[0].summary, ranked[1].summary)
        let lead = abs(best.mean - second.mean)
        guard let bestSD = best.sd, let secondSD = second.sd, lead > 0 else { return nil }
        let error =
            (bestSD * bestSD / Double(best.n) + secondSD * secondSD / Double(second.n)).squareRoot()
        return lead >= standardErrors * error ? ranked[0].index : nil
    }

    /// Marks the winners of every group and ranked column among the rows of our own runs, and adds
    /// the rule to the table's notes.
    public func apply(to table: inout Table) {
        let groups = Dictionary(
            grouping: table.rows.indices.filter { table.rows[$0].source == .ours },
            by: { table.rows[$0].group })
        for (position, column) in table.columns.enumerated() {
            guard let direction = column.direction else { continue }
            for rows in groups.values {
                let summaries = rows.map { table.rows[$0].cells[position].summary }
                if let winner = winner(summaries, direction: direction),
                    !table.rows[rows[winner]].cells[position].isPooled
                {
                    table.rows[rows[winner]].cells[position].isBest = true
                }
            }
        }
        if table.columns.contains(where: { $0.direction != nil }) { table.notes.append(statement) }
    }
}
