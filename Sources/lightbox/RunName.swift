import Foundation
import RunStore
import Wording

/// A run as the user names it: by number, or by the first digits of its digest.
struct RunName {
    private let text: String

    init(_ text: String) { self.text = text }

    /// The run's number.
    ///
    /// - Throws: `CommandFailure` where no run or several runs have that name.
    func id(in store: RunStore) throws -> Int64 {
        var matches = try store.query(
            "SELECT id FROM run WHERE id = CAST(:name AS INTEGER) AND :name NOT GLOB '*[^0-9]*'",
            parameters: ["name": .text(text)])
        if text.count >= 4, text.allSatisfy(\.isHexDigit) {
            let digests = try store.query(
                "SELECT id FROM run WHERE digest GLOB :name || '*' LIMIT 2",
                parameters: ["name": .text(text.lowercased())])
            let number = matches.rows.first?.first?.integer
            let other = digests.rows.compactMap { $0.first?.integer }.first { $0 != number }
            if let number, let other {
                throw CommandFailure(
                    .usage,
                    "'\(text)' is run \(number), and the digest of run \(other) begins with it; "
                        + "give more digits, or the other run's number")
            }
            if number == nil { matches = digests }
        }
        if matches.rows.count > 1 {
            throw CommandFailure(
                .usage, "several runs' digests begin with '\(text)'; give more digits")
        }
        guard let id = matches.rows.first?.first?.integer else {
            let range = try store.query("SELECT count(*), min(id), max(id) FROM run")
            let row = range.rows.first ?? []
            guard let count = row.first?.integer, count > 0 else {
                throw CommandFailure(.noInput, "no run '\(text)': the store has no runs yet")
            }
            throw CommandFailure(
                .noInput,
                "no run '\(text)' in \(store.url.path); it has \(Plural.count(count, "run")), numbered "
                    + "\(row[1].integer ?? 0) to \(row[2].integer ?? 0)")
        }
        return id
    }
}
