internal import Domain
internal import Foundation
internal import Reports
internal import RunStore

/// How the settings of a sweep or search go with the result: parallel coordinates, and the rank
/// correlation of each setting that is a number.
struct SearchSection {
    let site: Site
    let runs: [RunOverview]

    private static let mostAxes = 7
    private static let fewestRuns = 5

    func markup(in store: RunStore) throws -> Markup {
        let judged = JudgedRuns(runs, by: site.parts.vocabulary)
        let ended = judged.runs
        guard ended.count >= Self.fewestRuns else { return .empty }
        let settings = try settings(of: ended.map(\.run), in: store)
        guard settings.count > 1 else { return .empty }
        let rated = settings.map { setting in
            (
                setting: setting,
                rank: SpearmanCorrelation.coefficient(
                    zip(setting.values, ended).compactMap { text, run in
                        Double(text).map { ($0, run.value) }
                    })
            )
        }
        let axes = Array(
            rated.sorted { abs($0.rank ?? 0) > abs($1.rank ?? 0) }.prefix(Self.mostAxes)
                .map(\.setting).reversed())
        let figure = ParallelFigure(
            axes: axes.map(\.name), result: judged.title,
            lines: ended.indices.map { index in
                .init(
                    settings: axes.map { $0.values[index] },
                    result: ended[index].value)
            })
        return """
            <h2>Settings and result</h2>
            <figure class="parallel" aria-label="\(judged.title) by the settings">\(Markup.rendered(figure.svg()))
            <figcaption>One line a run, \(ended.count) in all; broad and blue: the best tenth. The \
            settings that go most with the result stand beside it.</figcaption></figure>
            \(table(rated.compactMap { rated in rated.rank.map { (rated.setting.name, $0) } }, ended.count, judged.title))
            """
    }

    private func table(
        _ ranks: [(name: String, value: Double)], _ count: Int, _ title: String
    ) -> Markup {
        guard !ranks.isEmpty else { return .empty }
        let rows = ranks.sorted { abs($0.value) > abs($1.value) }.map { rank -> [Markup] in
            ["\(rank.name)", "\(String(format: "%+.2f", rank.value))", Self.bar(rank.value)]
        }
        let table = DataTable(
            caption: "Rank correlation of settings with the \(title)",
            columns: [.init("Setting"), .init("Rank correlation", isNumber: true), .init("Size")],
            rows: rows)
        return """
            <p>Spearman's rank correlation of each setting with the best \(title), over \
            \(count) runs: +1 where more is always better, -1 where less is. It sees one setting at a \
            time, and no optimum in the middle; it is no proof of a cause.</p>
            \(table.markup)
            """
    }

    private static func bar(_ value: Double) -> Markup {
        let percent = Int(nearest: min(abs(value), 1) * 100)
        return """
            <meter max="100" value="\(percent)" aria-label="size of the correlation">\(percent) %</meter>
            """
    }

    /// What differs between these runs, as text in their order.
    private func settings(
        of runs: [RunOverview], in store: RunStore
    ) throws -> [(name: String, values: [String])] {
        var all: [(name: String, values: [String])] = [
            ("data set", runs.map(\.dataset)), ("model", runs.map(\.model)),
            ("procedure", runs.map(\.procedure)), ("loss", runs.map(\.loss)),
            ("labels", runs.map { Words.number($0.labels) }),
        ]
        let varying = try store.reportVaryingSettings(
            of: runs.map(\.run), defaults: site.parts.defaults)
        for (name, values) in varying.sorted(by: { $0.key < $1.key })
        where !RunningSettings.names.contains(name) {
            all.append((name, runs.map { values[$0.run] ?? "" }))
        }
        return all.filter { Set($0.values).count > 1 && !$0.values.contains("") }
    }
}
