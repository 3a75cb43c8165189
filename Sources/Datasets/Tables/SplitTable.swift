import Domain
public import Foundation

extension Dataset {
    /// The same data set with the splits of a user's table: columns `file` (or `image`, `id`,
    /// `name`) and `split` (train, validation, test). `DataSplit.make` then follows it; images
    /// that the table leaves out train.
    /// - Throws: `DatasetError.badTable` for a table that names unknown images or splits.
    public func assigningSplits(from table: URL) throws(DatasetError) -> Dataset {
        let labels = try LabelTable(table)
        if let error = labels.faults(ids: Set(examples.map(\.id))).error { throw error }
        let assigned = examples.map { example in
            Example(
                id: example.id, hasMask: example.hasMask, classIndex: example.classIndex,
                patient: example.patient, site: example.site, imagePath: example.imagePath,
                originalWidth: example.originalWidth, originalHeight: example.originalHeight,
                reading: example.reading, assignedSplit: labels.rows[example.id]?.split,
                publishedPositive: example.publishedPositive, spacing: example.spacing)
        }
        return Dataset(
            name: name, shape: shape, structures: structures, examples: assigned,
            classNames: classNames,
            fingerprint: fingerprint, images: images, masks: masks, findings: findings,
            twins: twins,
            origin: origin)
    }
}

extension DataSplit {
    /// The division as a table that `Dataset.assigningSplits` reads: `file,split,labelled`.
    public func table(for dataset: Dataset) -> String {
        let labelled = Set(labelled)
        var lines = ["file,split,labelled"]
        for (index, example) in dataset.examples.enumerated() {
            guard let part = part(of: index) else { continue }
            let isPlain = example.id.unicodeScalars.allSatisfy {
                !"\",;\t\r\n ".unicodeScalars.contains($0)
            }
            let id = isPlain ? example.id : TextTable.quoted(example.id)
            lines.append("\(id),\(part.rawValue),\(labelled.contains(index) ? 1 : 0)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
