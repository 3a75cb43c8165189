public import Foundation
public import RunStore

/// Writes runs as CSV files, one a table (RFC 4180, LF line ends, full precision).
public struct CSVExport {
    private let store: RunStore

    /// An export from `store`.
    public init(_ store: RunStore) { self.store = store }

    /// Writes `runs.csv`, `settings.csv`, `curves.csv`, `results.csv`, `images.csv` and
    /// `classes.csv` into `folder`; a table without rows gives no file.
    ///
    /// - Returns: the files.
    /// - Throws: `StoreError`, what the file system says.
    public func write(_ runs: [RunID], to folder: URL) throws -> [URL] {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var files: [URL] = []
        for table in ExportTable.allCases {
            var text = ""
            try store.export(table, runs: runs) { fields in
                text += fields.map { CSVField.quoted($0 ?? "") }.joined(separator: ",") + "\n"
            }
            guard !text.isEmpty else { continue }
            let file = folder.appendingPathComponent("\(table.rawValue).csv")
            try Data(text.utf8).write(to: file, options: .atomic)
            files.append(file)
        }
        return files
    }
}
