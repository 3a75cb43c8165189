internal import Foundation
internal import GRDB
internal import Hashing

extension RunStore {
    /// Looks at the files that the store names, and for files that nothing names.
    func inspectFiles(_ inspection: inout StoreInspection) {
        do {
            let beside = url.deletingLastPathComponent()
            let records = try read { db in
                try StoreRow.fetchAll(
                    db, sql: "SELECT run, path, bytes, digest FROM artifact ORDER BY run, path")
            }
            for record in records {
                inspection.files += 1
                let (run, path): (Int64, String) = try (record[0], record[1])
                let (bytes, digest): (Int64, String) = try (record[2], record[3])
                let file = path.hasPrefix("/") ? path : beside.appendingPathComponent(path).path
                if let problem = Self.problem(ofFile: file, bytes: bytes, digest: digest) {
                    inspection.findings.append(
                        StoreFinding(.file, "run \(run): '\(path)' \(problem)"))
                }
            }
            inspection.findings += try collect(isDryRun: true).files.map {
                StoreFinding(.orphan, "'\($0.path)' is needed by no run; 'lightbox gc' removes it")
            }
        } catch let error as StoreError {
            inspection.findings.append(StoreFinding(.file, error.description))
        } catch let problem as CellProblem {
            inspection.findings.append(
                StoreFinding(
                    .cell, "\(problem.place) is \(problem.found); expected \(problem.expected)"))
        } catch {
            inspection.findings.append(StoreFinding(.file, "\(error)"))
        }
    }

    /// What is wrong with a file, nil for nothing.
    private static func problem(ofFile path: String, bytes: Int64, digest: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return "is gone" }
        guard status.st_mode & S_IFMT == S_IFREG else { return "is no regular file" }
        guard status.st_size == bytes else {
            return "has \(status.st_size) bytes, expected \(bytes)"
        }
        guard let handle = FileHandle(forReadingAtPath: path) else { return "cannot be read" }
        defer { try? handle.close() }
        var hash = SHA256()
        while let piece = try? handle.read(upToCount: 1 << 20), !piece.isEmpty {
            hash.update(piece)
        }
        return hash.digest() == digest ? nil : "is not the file that the run wrote"
    }
}
