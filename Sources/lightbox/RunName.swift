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
        let found = try store.runs(named: text)
        if let number = found.numbered, let other = found.begun.first(where: { $0 != number }) {
            throw CommandFailure(
                .usage,
                "'\(text)' is run \(number), and the digest of run \(other) begins with it; "
                    + "give more digits, or the other run's number")
        }
        if found.numbered == nil, found.begun.count > 1 {
            throw CommandFailure(
                .usage, "several runs' digests begin with '\(text)'; give more digits")
        }
        guard let id = found.numbered ?? found.begun.first else {
            let known = try store.runNumbers()
            guard known.count > 0 else {
                throw CommandFailure(.noInput, "no run '\(text)': the store has no runs yet")
            }
            throw CommandFailure(
                .noInput,
                "no run '\(text)' in \(store.url.path); it has \(Plural.count(known.count, "run")), "
                    + "numbered \(known.first) to \(known.last)")
        }
        return id
    }
}
