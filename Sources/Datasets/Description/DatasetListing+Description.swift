import Domain
import Imaging

extension DatasetListing {
    /// What decides the arrays and the division beside the content of files: lines of the fingerprint.
    ///
    /// Nothing where folders and `labels.csv` alone say what there is.
    var identity: [String] {
        var lines = description?.facts ?? []
        guard let masks, labels != nil || description?.namesStructures == true else { return lines }
        lines += masks.structures.map { structure in
            let parts = structure.parts.map { part in
                labels.map { "\(part)(\($0.values(of: part).joined(separator: ",")))" } ?? part
            }
            return "structure \(structure.name)=\(parts.joined(separator: "+"))"
        }
        return lines
    }

    /// What was understood of `dataset.yaml` and `structures.csv`, a line each.
    var understood: [String] {
        var lines = description?.words ?? []
        if let labels {
            let values = labels.structures.map {
                "\(labels.values(of: $0).joined(separator: ", ")) \($0)"
            }
            let others = labels.entries.compactMap { entry -> String? in
                if case .structure = entry.meaning { return nil }
                return "\(entry.value) \(entry.meaning.name)"
            }
            lines.append(
                "label maps: " + (values + others).joined(separator: "; ") + " (\(labels.table))")
        }
        return lines
    }
}

extension FolderDescription {
    /// Whether it says what masks show.
    var namesStructures: Bool { !masks.isEmpty || !structures.isEmpty || labels != nil }

    /// What it says that decides a training and is in no file's content.
    var facts: [String] {
        var lines: [String] = []
        for (key, source) in [
            ("classes", classes), ("patients", patients), ("site", site), ("split", split),
        ] {
            if let source { lines.append("\(key) \(source.text)") }
        }
        for (written, name) in classNames { lines.append("class \(written)=\(name)") }
        if isExclusive { lines.append("exclusive") }
        if let spacing { lines.append("spacing \(spacing.rows) \(spacing.columns)") }
        return lines
    }

    /// What it says, in words.
    var words: [String] {
        var lines: [String] = []
        if let title { lines.append("name: \(title)") }
        if let citation { lines.append("cite: \(citation)") }
        if let licence { lines.append("terms: \(licence)") }
        if let images { lines.append("images: \(images.words)") }
        for (structure, place) in masks {
            lines.append("masks\(structure.map { " of \($0)" } ?? ""): \(place.words)")
        }
        if !structures.isEmpty {
            lines.append("trained: where nothing is chosen, " + structures.joined(separator: ", "))
        }
        if isExclusive { lines.append("exclusive: no pixel belongs to two structures") }
        if let table { lines.append("table: \(table)") }
        if let splitTable { lines.append("division: from table \(splitTable)") }
        for (key, source) in [
            ("classes", classes), ("patients", patients), ("sites", site), ("division", split),
        ] {
            if let source { lines.append("\(key): from \(source.text)") }
        }
        if !classNames.isEmpty {
            let names = classNames.map {
                $0.written == $0.name ? $0.name : "\($0.written) is \($0.name)"
            }
            lines.append("classes: " + names.joined(separator: ", "))
        }
        if let spacing {
            lines.append("spacing: \(spacing.rows) mm a row, \(spacing.columns) mm a column")
        }
        return lines
    }
}

extension FilePlace {
    /// In words.
    var words: String { pattern == nil ? "folder \(folder)" : "files \(text)" }
}
