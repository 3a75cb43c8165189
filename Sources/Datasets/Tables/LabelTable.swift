import Domain
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
        let split: SplitPart?
    }

    /// Rows by file stem.
    private(set) var rows: [String: Row] = [:]
    /// The classes, sorted; whole numbers by value.
    let classNames: [String]
    private let url: URL
    private let unreadColumns: [String]

    private static let fileColumns = ["file", "image", "id", "name", "filename"]
    private static let classColumns = ["class", "label", "finding"]
    private static let patientColumns = ["patient", "patient-id", "patient_id", "patientid"]
    private static let splitColumns = ["split", "part"]

    init(_ url: URL) throws(DatasetError) {
        self.url = url
        let table = try TextTable(url)
        let file = try table.requiredColumn(Self.fileColumns)
        let label = table.column(Self.classColumns)
        let patient = table.column(Self.patientColumns)
        let split = table.column(Self.splitColumns)
        let read = [file, label, patient, split].compactMap(\.self)
        unreadColumns = table.columns.indices.filter { !read.contains($0) }
            .map { table.columns[$0] }
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
            var part: SplitPart?
            if let name = value(split) {
                part = SplitPart(word: name)
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

    /// Columns that are not read, and names that are nearly one.
    var findings: [DatasetFinding] {
        var findings: [DatasetFinding] = []
        let known = Self.fileColumns + Self.classColumns + Self.patientColumns + Self.splitColumns
        // `labelled` stands in the tables that Lightbox writes.
        for column in unreadColumns where !column.isEmpty && column != "labelled" {
            let slips = min(2, (column.count + 1) / 3)
            let near = known.first {
                $0 == column || NearestName.typingErrors($0, column) <= slips
            }
            let hint = near.map { $0 == column ? "; another column says it" : "; is it '\($0)'?" }
            findings.append(
                DatasetFinding(
                    near == nil ? .note : .warning, .unknownColumn,
                    "column '\(column)' of \(url.lastPathComponent) is not read" + (hint ?? ""),
                    near == nil ? [] : [url.path]))
        }
        let patients = Set(rows.values.compactMap(\.patient))
        for (names, noun) in [(classNames, "class"), (patients.sorted(), "patient")] {
            let groups = Dictionary(grouping: names) { name in
                name.lowercased().filter { !$0.isWhitespace }
            }
            let similar = groups.values.filter { $0.count > 1 }
                .map { $0.map { "'\($0)'" }.joined(separator: " and ") }
            if similar.isEmpty { continue }
            let nouns = noun == "class" ? "classes" : "patients"
            findings.append(
                DatasetFinding(
                    .warning, .similarNames,
                    "\(nouns) of \(url.lastPathComponent) that differ in capitals or spaces only",
                    similar.sorted()))
        }
        return findings
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
}
