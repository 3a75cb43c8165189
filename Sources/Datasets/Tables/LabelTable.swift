import Foundation

/// A user's table of labels: one row an image, with its class, patient and split.
///
/// Columns: `file` (or `image`, `id`, `name`), and any of `class` (or `label`, `finding`),
/// `patient`, `split` (or `part`: train, validation, test).
struct LabelTable {
    /// What the table says about one image; nil where it says nothing.
    struct Row {
        let line: Int
        let className: String?
        let patient: String?
        let split: DataSplit.Part?
    }

    /// Rows by file stem.
    private(set) var rows: [String: Row] = [:]
    /// The classes, sorted; whole numbers by value.
    let classNames: [String]
    private let url: URL

    init(_ url: URL) throws(DatasetError) {
        self.url = url
        let table = try TextTable(url)
        let file = try table.requiredColumn(["file", "image", "id", "name", "filename"])
        let label = table.column(["class", "label", "finding"])
        let patient = table.column(["patient", "patient-id", "patient_id", "patientid"])
        let split = table.column(["split", "part"])
        var classes: Set<String> = []
        for (line, fields) in table.rows {
            func value(_ column: Int?) -> String? {
                column.flatMap { fields[$0].isEmpty ? nil : fields[$0] }
            }
            let id = Self.stem(of: fields[file])
            guard !id.isEmpty else { throw table.error(line, "the file's name is empty") }
            if let known = rows[id] {
                throw table.error(line, "'\(id)' stands on line \(known.line) already")
            }
            var part: DataSplit.Part?
            if let name = value(split) {
                part = Self.part(name)
                if part == nil {
                    throw table.error(
                        line, "unknown split '\(name)'; known: train, validation, test")
                }
            }
            let className = value(label)
            if let className { classes.insert(className) }
            rows[id] = Row(line: line, className: className, patient: value(patient), split: part)
        }
        classNames = classes.sorted { a, b in
            if let x = Int(a), let y = Int(b), x != y { return x < y }
            return a < b
        }
    }

    /// Throws when a row names no image.
    func requireImages(_ ids: Set<String>) throws(DatasetError) {
        let strangers = rows.filter { !ids.contains($0.key) }
        guard let first = strangers.min(by: { $0.value.line < $1.value.line }) else { return }
        throw .badTable(
            path: url.path, line: first.value.line, reason: "there is no image '\(first.key)'")
    }

    /// A file name without folder and without an image's extension; a dot inside a stem stays.
    static func stem(of name: String) -> String {
        let last = name.split(separator: "/").last.map(String.init) ?? name
        let lower = last.lowercased()
        for ending in [".png", ".gif", ".img"] where lower.hasSuffix(ending) {
            return String(last.dropLast(ending.count))
        }
        return last
    }

    /// The split that a word stands for.
    static func part(_ word: String) -> DataSplit.Part? {
        switch word.lowercased() {
        case "train", "training": .train
        case "validation", "val", "valid", "dev": .validation
        case "test", "testing": .test
        default: nil
        }
    }
}
