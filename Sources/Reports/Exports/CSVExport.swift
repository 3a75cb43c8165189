public import Files
public import Foundation
public import RunStore

/// Writes runs as CSV files, one a table (RFC 4180, LF line ends, full precision).
public struct CSVExport {
    private let store: RunStore

    /// An export from `store`.
    public init(_ store: RunStore) { self.store = store }

    /// Writes a file for each `ExportTable`, such as `runs.csv`, `settings.csv` and `curves.csv`, into
    /// `folder`, under `rule`: all or, where one cannot be written, none. A table
    /// without rows has its columns alone.
    ///
    /// - Returns: the files.
    /// - Throws: `StoreError`, `OutputError`.
    public func write(
        _ runs: [RunID], to folder: URL, rule: OutputRule = OutputRule()
    ) throws -> [URL] {
        let rule = try rule.folder(folder.relativePath)
        let places = ExportTable.allCases.map {
            folder.appendingPathComponent("\($0.rawValue).csv")
        }
        for place in places { _ = try rule.file(place.relativePath) }
        var prepared: [Output.Prepared] = []
        for (table, file) in zip(ExportTable.allCases, places) {
            var text = ""
            try store.export(table, runs: runs) { fields in
                text += fields.map { CSVField.quoted($0 ?? "") }.joined(separator: ",") + "\n"
            }
            prepared.append(try rule.file(file.relativePath).prepare(Array(text.utf8)))
        }
        for file in prepared { try file.commit() }
        return places
    }
}
