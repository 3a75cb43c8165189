internal import Domain
public import Statistics

/// Decides which cells may be set in bold.
///
/// The best mean of a group is bold only when the paired test says so: every other row of the group
/// shares at least `fewest` repetitions with it, and it differs from each of them, p below 0.05. The
/// p-value of "best of its group" is the largest of these (an intersection-union test), and Holm's
/// correction is over all numbers of the table that could have been bold.
public struct BoldRule: Sendable, Equatable {
    /// Fewest pairs of networks that a compared row must share with the best.
    public let fewest: Int

    /// Makes a rule; never for fewer pairs than any claim needs.
    public init(fewest: Int = PairedComparison.fewestUnits) {
        self.fewest = max(PairedComparison.fewestUnits, fewest)
    }

    /// The rule in words, for the table's notes.
    ///
    /// - Parameters:
    ///   - tests: how many numbers could have been bold.
    ///   - units: what the runs of a row are.
    func statement(tests: Int, units: String = "seeds") -> String {
        guard tests > 0 else {
            return
                "Nothing is bold: that takes rows that share at least \(fewest) \(units), tested on "
                + "the same images."
        }
        return
            "Bold: best mean of its group, where it differs from every other row of the group by "
            + "the paired t-test over \(units), p < \(NumberFormat.short(PairedComparison.level)) after "
            + "Holm's correction over the \(tests == 1 ? "1 number" : "\(tests) numbers") that "
            + "could be bold; at least \(fewest) shared \(units)."
    }

    /// The best of `candidates` (nil entries are not compared) and the p-value of its being better
    /// than each of the others; nil where that cannot be tested.
    func best(
        _ candidates: [[Sample]?], direction: MetricDirection, pairing: RunPairing
    ) -> (index: Int, pValue: Double)? {
        let present = candidates.enumerated().compactMap { entry in
            entry.element.flatMap { samples in
                Summary(samples.map(\.value)).map { (entry.offset, samples, $0.mean) }
            }
        }
        guard present.count > 1,
            let best = present.max(by: {
                direction == .higherIsBetter ? $0.2 < $1.2 : $0.2 > $1.2
            })
        else { return nil }
        var pValue = 0.0
        for other in present where other.0 != best.0 {
            guard let (_, comparison) = pairing.comparison(best.1, other.1),
                comparison.test.n >= fewest
            else { return nil }
            // The networks that both have must say the same as the means of all.
            let lead = comparison.test.mean
            let isBetter = direction == .higherIsBetter ? lead > 0 : lead < 0
            pValue = max(pValue, isBetter ? comparison.test.pValue : 1)
        }
        return (best.0, pValue)
    }

    /// Marks the winners of every group and ranked column among the rows of our own runs, and adds
    /// the rule to the table's notes.
    func apply(to table: inout Table, pairing: RunPairing, units: String) {
        guard table.columns.contains(where: { $0.direction != nil }) else { return }
        var groups: [[Int]] = []
        var places: [String: Int] = [:]
        for index in table.rows.indices where table.rows[index].source == .ours {
            let name = table.rows[index].group
            if let place = places[name] {
                groups[place].append(index)
            } else {
                places[name] = groups.count
                groups.append([index])
            }
        }
        var claims: [(row: Int, column: Int, pValue: Double)] = []
        for (position, column) in table.columns.enumerated() {
            guard let direction = column.direction else { continue }
            for rows in groups {
                let candidates = rows.map { table.rows[$0].cells[position].samples }
                if let (index, pValue) = best(candidates, direction: direction, pairing: pairing),
                    !table.rows[rows[index]].cells[position].isPooled
                {
                    claims.append((rows[index], position, pValue))
                }
            }
        }
        for (claim, pValue) in zip(claims, Holm.adjust(claims.map(\.pValue)))
        where pValue < PairedComparison.level {
            table.rows[claim.row].cells[claim.column].isBest = true
        }
        table.notes.append(statement(tests: claims.count, units: units))
    }
}
