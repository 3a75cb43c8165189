import Domain
import Imaging

/// What the masks of several structures give away together.
struct StructureFindings {
    let listing: DatasetListing
    let examples: [InspectedExample]

    /// Everything found, in no order.
    var all: [DatasetFinding] { unknownLabels + equalStructures + overlaps }

    /// Label maps with values that no table names.
    private var unknownLabels: [DatasetFinding] {
        var files: [String] = []
        var values: [String] = []
        var name = ""
        for failure in examples.flatMap(\.failures) {
            guard case .unknownLabels(let file, let found, let table) = failure else { continue }
            files.append(file)
            values +=
                found.isEmpty ? ["more than 256 others"] : found.filter { !values.contains($0) }
            name = table
        }
        let shown = values.prefix(8).joined(separator: ", ") + (values.count > 8 ? ", …" : "")
        return [
            DatasetFinding(
                .error, .unknownLabels, files, "label map",
                "of values that \(name) does not name: \(shown)")
        ].compactMap(\.self)
    }

    /// Images in which the files of two structures are copies of one another.
    private var equalStructures: [DatasetFinding] {
        let structures = listing.structures
        var ids: [[Int]: [String]] = [:]
        for example in examples where example.outcomes.count == structures.count {
            var byFiles: [Set<String>: [Int]] = [:]
            for (index, outcome) in example.outcomes.enumerated() where !outcome.digests.isEmpty {
                byFiles[Set(outcome.digests), default: []].append(index)
            }
            for equal in byFiles.values where equal.count > 1 {
                ids[equal, default: []].append(example.id)
            }
        }
        return ids.sorted { $0.key.lexicographicallyPrecedes($1.key) }.compactMap { equal, ids in
            let names = equal.map { "'\(structures[$0].name)'" }.joined(separator: " and ")
            return DatasetFinding(
                .warning, .equalMasks, ids, "image", "with one and the same mask of \(names)")
        }
    }

    /// Structures that share pixels where the data set says that none do.
    private var overlaps: [DatasetFinding] {
        let found = examples.filter { $0.overlap > 0 }
        guard let most = found.max(by: { $0.overlap < $1.overlap }) else { return [] }
        return [
            DatasetFinding(
                .error, .overlap, found.map(\.id), "image",
                "in which structures overlap, though they exclude each other ('exclusive'; \(most.id) "
                    + "has the most such pixels, \(most.overlap))")
        ].compactMap(\.self)
    }
}
