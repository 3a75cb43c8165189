import Domain
import Foundation
import Imaging

/// A user's table of labels: one row an image, with its class, patient and split.
///
/// Columns: `file` (or `image`, `id`, `name`), and any of `class` (or `label`, `finding`),
/// `patient`, `split` (or `part`: train, validation, test).
struct LabelTable {
    /// What the table says about one image; nil where it says nothing.
    struct Row {
        let line: Int
        /// The image as the table names it.
        let name: String
        let className: String?
        let patient: String?
        let split: SplitPart?
        let site: String?
    }

    /// Names of columns that a folder's `dataset.yaml` chooses; nil for the usual names.
    struct Columns {
        var classes, patient, split, site: String?
    }

    /// A row that says nothing that can be used.
    struct Fault {
        let path: String
        let line: Int
        let reason: String
    }

    /// Rows by file stem.
    private(set) var rows: [String: Row] = [:]
    /// Rows whose name has the ending of another format than the usual ones, by what stands before
    /// it: `IM00` of `IM00.JPG`, which a file `IM00.png` is too. Of several, the first.
    private var converted: [String: Row] = [:]
    /// The classes, sorted; whole numbers by value.
    let classNames: [String]
    /// Rows that cannot be understood.
    private let badRows: [Fault]
    /// Fields that go over several lines, with the line on which their row begins.
    private let folded: [(line: Int, field: String)]
    private let url: URL
    private let unreadColumns: [String]
    /// The usual names of the columns that are read.
    private let readColumns: Set<String>

    private static let fileColumns = ["file", "image", "id", "name", "filename"]
    private static let classColumns = ["class", "label", "finding"]
    private static let patientColumns = ["patient", "patient-id", "patient_id", "patientid"]
    private static let splitColumns = ["split", "part"]

    init(_ url: URL, columns: Columns = Columns()) throws(DatasetError) {
        self.url = url
        let table = try TextTable(url)
        func column(_ chosen: String?, _ usual: [String]) throws(DatasetError) -> Int? {
            guard let chosen else { return table.column(usual) }
            return try table.requiredColumn([chosen.lowercased()])
        }
        let file = try table.requiredColumn(Self.fileColumns)
        let label = try column(columns.classes, Self.classColumns)
        let patient = try column(columns.patient, Self.patientColumns)
        let split = try column(columns.split, Self.splitColumns)
        let site = try column(columns.site, [])
        let read = [file, label, patient, split, site].compactMap(\.self)
        unreadColumns = table.columns.indices.filter { !read.contains($0) }
            .map { table.columns[$0] }
        let found = [
            (file, Self.fileColumns), (label, Self.classColumns), (patient, Self.patientColumns),
            (split, Self.splitColumns),
        ]
        readColumns = Set(found.compactMap { $0.0 == nil ? nil : $0.1.first })
        var classes: Set<String> = []
        var faults: [Fault] = []
        for (line, fields) in table.rows {
            func value(_ column: Int?) -> String? {
                column.flatMap { fields[$0].isEmpty ? nil : fields[$0] }
            }
            let id = Self.stem(of: fields[file])
            func refuse(_ reason: String) {
                faults.append(Fault(path: url.path, line: line, reason: reason))
            }
            guard !id.isEmpty else {
                refuse("the file's name is empty")
                continue
            }
            if let known = rows[id] {
                refuse("'\(fields[file])' stands on line \(known.line) already")
                continue
            }
            var part: SplitPart?
            if let name = value(split) {
                part = SplitPart(word: name)
                if part == nil {
                    refuse("unknown split '\(name)'; known: train, validation, test")
                }
            }
            let className = value(label)
            if let className { classes.insert(className) }
            let row = Row(
                line: line, name: fields[file], className: className, patient: value(patient),
                split: part, site: value(site))
            rows[id] = row
            if let stem = Self.bare(id), converted[stem] == nil { converted[stem] = row }
        }
        badRows = faults
        folded = table.rows.flatMap { row in
            row.fields.filter { $0.contains(where: \.isNewline) }.map { (row.line, $0) }
        }
        classNames = Self.sorted(classes)
    }

    /// Classes by name; whole numbers by value.
    static func sorted(_ classes: Set<String>) -> [String] {
        classes.sorted { a, b in
            if let x = Int(a), let y = Int(b), x != y { return x < y }
            return a < b
        }
    }

    /// Columns that are not read.
    var findings: [DatasetFinding] {
        var findings: [DatasetFinding] = []
        if rows.isEmpty, badRows.isEmpty {
            findings.append(
                DatasetFinding(
                    .warning, .badRow, "\(url.lastPathComponent) has no row below its columns",
                    [url.path]))
        }
        // `labelled` stands in the tables that Lightbox writes.
        for column in unreadColumns where !column.isEmpty && column != "labelled" {
            let meant = Self.meant(by: column)
            let hint = meant.map {
                readColumns.contains($0) ? "; another column says it" : "; expected '\($0)'"
            }
            findings.append(
                DatasetFinding(
                    meant == nil ? .note : .warning, .unknownColumn,
                    "column '\(column)' of \(url.lastPathComponent) is not read" + (hint ?? ""),
                    meant == nil ? [] : [url.path]))
        }
        return findings
    }

    /// The usual name of the column that is probably meant; nil where none is near.
    private static func meant(by column: String) -> String? {
        let word = column.filter { $0.isLetter }
        let slips = min(2, (column.count + 1) / 3)
        return [
            (fileColumns, ["imagename", "imageid", "imagefile", "path"]),
            (classColumns, ["diagnosis", "disease", "category", "classname", "pathology"]),
            (
                patientColumns,
                ["patientname", "patientno", "subject", "subjectid", "case", "caseid"]
            ),
            (splitColumns, ["set", "subset", "fold", "partition"]),
        ].first { known, others in
            others.contains(word)
                || known.contains {
                    $0.filter { $0.isLetter } == word
                        || NearestName.typingErrors($0, column) <= slips
                }
        }?.0.first
    }

    /// Every row that cannot be used, by line: those that cannot be understood and those that name
    /// no image.
    ///
    /// - Parameter folder: where the images lie, and perhaps files of other formats.
    func faults(
        images: [URL] = [], ids: Set<String> = [], in folder: URL? = nil
    ) -> [Fault] {
        let stems = ids.union(images.map(\.stem))
        let names = stems.union(images.map(\.lastPathComponent))
        let strangers = rows.filter { key, _ in
            !names.contains(key) && !(Self.bare(key).map(stems.contains) ?? false)
        }.values.sorted { $0.line < $1.line }
        let files = strangers.isEmpty ? [] : folder.map(Self.names) ?? []
        let faults = strangers.enumerated().map { place, row in
            Fault(
                path: url.path, line: row.line,
                reason: Self.absence(of: row.name, among: files, in: folder)
                    // Spelling is compared for as many as people are shown.
                    ?? "there is no image '\(row.name)'"
                    + (place < 8 ? Self.hint(row.name, images) : ""))
        }
        return (badRows + faults + repeated(stems) + swallowed(names)).sorted { $0.line < $1.line }
    }

    /// Rows that name an image in other words than a row before does: `IM00.JPG` after `IM00`.
    private func repeated(_ stems: Set<String>) -> [Fault] {
        rows.compactMap { key, row in
            guard !stems.contains(key), let stem = Self.bare(key), stems.contains(stem) else {
                return nil
            }
            let others = [rows[stem], converted[stem]].compactMap(\.self)
            guard let other = others.first(where: { $0.line != row.line }) else { return nil }
            return Fault(
                path: url.path, line: row.line,
                reason: "'\(row.name)' is the image of line \(other.line), '\(other.name)'")
        }
    }

    /// "; did you mean 'IM03.JPG'?", where an image's name differs in letters only: another number is
    /// another image.
    private static func hint(_ name: String, _ images: [URL]) -> String {
        let wanted = bare(stem(of: name)) ?? stem(of: name)
        func digits(_ text: String) -> String { text.filter(\.isNumber) }
        let alike = images.filter { digits($0.stem) == digits(wanted) }
        guard let near = NearestName.close(to: wanted, in: alike.map(\.stem)),
            let image = alike.first(where: { $0.stem == near })
        else { return "" }
        return "; did you mean '\(image.lastPathComponent)'?"
    }

    /// Rows inside the quotes of another row: a quote was opened by mistake and closed by the next.
    private func swallowed(_ names: Set<String>) -> [Fault] {
        folded.compactMap { line, field in
            let words = field.split { $0.isNewline || ",;\t".contains($0) }
            let image = words.first {
                names.contains(Self.stem(of: $0.trimmingCharacters(in: .whitespaces)))
            }
            return image.map {
                Fault(
                    path: url.path, line: line,
                    reason: "a quoted field goes over several lines and holds the row of '\($0)'; "
                        + "a quote is missing or too many")
            }
        }
    }

    /// The row of an image, which it may name with or without the ending.
    func row(of image: URL) -> Row? {
        rows[image.stem] ?? rows[image.lastPathComponent] ?? converted[image.stem]
    }

    private static func names(in folder: URL) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }

    /// Why a name whose file is there stands for no image: it is not read; nil without a file.
    private static func absence(
        of name: String, among names: [String], in folder: URL?
    ) -> String? {
        let wanted = name.split(separator: "/").last.map(String.init) ?? name
        let file =
            names.first { $0 == wanted }
            ?? names.first { URL(fileURLWithPath: "/" + $0).stem == wanted }
        guard let file, let place = folder?.appendingPathComponent(file) else { return nil }
        let shown = file == wanted ? "'\(name)'" : "'\(name)' (\(file))"
        guard let format = ImageFormat.of(place) else {
            return "\(shown) is there and is no image of a format that is read; convert it to PNG"
        }
        let advice = format.isRead ? "convert it to PNG" : format.advice
        return "\(shown) is there and is a \(format.name) file, which is not read here; \(advice)"
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

    /// What stands before the ending of an image; nil for a name without one.
    private static func bare(_ name: String) -> String? {
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return nil }
        let ending = name[name.index(after: dot)...].lowercased()
        return endings.contains(ending) ? String(name[..<dot]) : nil
    }

    private static let endings = Set(ImageFormatRegistry.all.flatMap(\.endings))
}

extension [LabelTable.Fault] {
    /// One finding a table, which lists the rows.
    var findings: [DatasetFinding] {
        Dictionary(grouping: self, by: \.path).sorted { $0.key < $1.key }.compactMap {
            path, faults in
            let table = URL(fileURLWithPath: path).lastPathComponent
            return DatasetFinding(
                .error, .badRow, faults.map { "line \($0.line): \($0.reason)" }, "row",
                "of \(table) that cannot be used")
        }
    }

    /// The error that stops a use of the data; nil where there is none.
    var error: DatasetError? {
        guard let first else { return nil }
        let more = count > 1 ? " (and \(count - 1) more such; lightbox data check names all)" : ""
        return .badTable(path: first.path, line: first.line, reason: first.reason + more)
    }
}
