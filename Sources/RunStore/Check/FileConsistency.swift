internal import Foundation
internal import GRDB

extension RunStore {
    /// Looks at the files that the store names, and for files that nothing names.
    func inspectFiles(_ inspection: inout StoreInspection) {
        do {
            let rows = try read { db in
                try StoreRow.fetchAll(
                    db,
                    sql: """
                        SELECT a.run, a.kind, a.path, a.bytes, a.digest, r.digest AS of
                        FROM artifact a JOIN run r ON r.id = a.run ORDER BY a.run, a.path
                        """)
            }
            for row in rows {
                inspection.files += 1
                let record = try ArtifactRecord(
                    kind: row["kind"], path: row["path"], bytes: row["bytes"],
                    digest: row["digest"])
                do {
                    try ArtifactFile(
                        record, run: row["run"], digest: row["of"],
                        beside: url.deletingLastPathComponent()
                    ).verify()
                } catch let error as ArtifactError {
                    inspection.findings.append(StoreFinding(.file, error.description))
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
}
