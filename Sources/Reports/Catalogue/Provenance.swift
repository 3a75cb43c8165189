internal import Domain
internal import Hashing
internal import RunStore

/// The header of a report: from which rows of the store, data, program and machine it comes.
struct Provenance {
    let data: ReportData
    /// Results on other data sets than the runs' own, by run, where the report shows them.
    var external: [RunID: [ReportExternal]] = [:]
    /// All data sets that the report shows beside the runs' own.
    var others: [ReportDataset] = []
    /// The ensembles that the report shows.
    var ensembles: EnsembleTable?

    /// The facts, the same for the same rows of the store.
    func facts() throws -> [ReportDocument.Fact] {
        let used = data.completed
        var facts: [ReportDocument.Fact] = []
        // A chosen experiment stands alone: another that shares its runs changes no report.
        let experiments =
            try data.request.selection.experiment.map { [$0] }
            ?? data.source.store.reportExperiments(of: used.map(\.id))
        facts.append(.init("Experiment", list(experiments, none: "none named")))
        let pruned = data.runs.count { $0.state == .pruned }
        let unfinished = data.runs.count - used.count - pruned
        let selection = data.request.selection
        var former = 0
        if let name = selection.experiment, !selection.includesFormer {
            former = try data.source.store.reportFormerRuns(ofExperiment: name)
        }
        facts.append(
            .init(
                "Runs",
                counts(
                    completed: used.count, pruned: pruned, unfinished: unfinished, former: former)
                    + "; weights of the \(data.request.weights.rawValue) epoch, test split"))
        facts.append(.init("Store digest of these rows", digest()))
        for dataset in data.datasets where used.contains(where: { $0.datasetID == dataset.id }) {
            facts.append(
                .init(
                    "Data \(dataset.title)",
                    "\(dataset.images) images, \(dataset.masks) masks, fingerprint "
                        + dataset.fingerprint.prefix(16)))
        }
        let beside = (ensembles?.tested ?? []).filter { set in
            !others.contains { $0.id == set.id }
        }
        for dataset in others + beside where !data.datasets.contains(where: { $0.id == dataset.id })
        {
            facts.append(
                .init(
                    "Tested on \(dataset.title)",
                    "\(dataset.images) images, \(dataset.masks) masks, fingerprint "
                        + dataset.fingerprint.prefix(16)))
        }
        facts.append(
            .init(
                "Lightbox", list(Set(used.compactMap(\.version)).sorted(), none: "unknown")))
        facts.append(.init("Code", code(of: used)))
        let revisions = Set(used.compactMap(\.revision)).map { String($0.prefix(10)) }.sorted()
        if !revisions.isEmpty {
            facts.append(.init("Revision of the experiments' folder", list(revisions, none: "")))
        }
        facts.append(.init("CPU", list(Set(used.compactMap(\.cpu)).sorted(), none: "unknown")))
        return facts
    }

    private func counts(completed: Int, pruned: Int, unfinished: Int, former: Int) -> String {
        var parts = ["\(completed) completed"]
        if pruned > 0 { parts.append("\(pruned) pruned") }
        if unfinished > 0 { parts.append("\(unfinished) not completed") }
        let cells = data.withoutRun.count
        if cells > 0 {
            parts.append("\(cells) \(cells == 1 ? "cell" : "cells") without a run (no data)")
        }
        if former > 0 {
            parts.append("\(former) of cells that the file does not have left out (--all)")
        }
        return parts.joined(separator: ", ")
    }

    /// The code that made the results; with several, how many runs each.
    private func code(of runs: [ReportRun]) -> String {
        let groups = Dictionary(grouping: runs) { $0.code?.digest }.sorted {
            ($1.value.count, $0.key ?? "~") < ($0.value.count, $1.key ?? "~")
        }
        let names = groups.map { group in
            let name = group.value.first?.code?.short ?? "unknown"
            let count = group.value.count
            return groups.count == 1 ? name : "\(name): \(count) \(count == 1 ? "run" : "runs")"
        }
        return list(names, none: "unknown")
    }

    /// SHA-256 over every used run's configuration digest and the bits of its test results.
    private func digest() -> String {
        var hash = SHA256()
        var bytes: [UInt8] = []
        for run in data.completed {
            bytes.removeAll(keepingCapacity: true)
            bytes += run.digest.utf8
            add(data.results[run.id] ?? [:], to: &bytes)
            for tested in external[run.id] ?? [] {
                bytes += (others.first { $0.id == tested.dataset }?.fingerprint ?? "").utf8
                add(tested.results, to: &bytes)
            }
            hash.update(bytes)
        }
        for ensemble in ensembles?.ensembles ?? [] {
            let set = ensembles?.tested.first { $0.id == ensemble.dataset }
            bytes = Array((ensemble.members + [set?.fingerprint ?? ""]).joined().utf8)
            add(ensemble.results, to: &bytes)
            hash.update(bytes)
        }
        return String(hash.digest().prefix(32))
    }

    private func add(_ results: [String: ReportResult], to bytes: inout [UInt8]) {
        for name in results.keys.sorted() {
            bytes += name.utf8
            bytes.append(0)
            for value in [results[name]?.mean, results[name]?.pooled] {
                let bits = value?.bitPattern ?? UInt64.max
                for shift in stride(from: 0, to: 64, by: 8) {
                    bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
                }
            }
        }
    }

    private func list(_ items: [String], none: String) -> String {
        items.isEmpty ? none : items.joined(separator: ", ")
    }
}
