/// Finds the name that a mistyped one was meant to be.
public enum NearestName {
    /// The candidate with the fewest typing errors from `name`, or nil where none is near.
    ///
    /// Near is at most a third of the longer name's letters, and at least two. Ties go to the
    /// earlier candidate.
    public static func of(_ name: String, in candidates: [String]) -> String? {
        nearest(to: name, in: candidates) { max(2, max(name.count, $0.count) / 3) }
    }

    /// As `of`, where names are many or come in no order: near is at most a third of `name`, and at
    /// least one letter, and ties go to the first in the alphabet.
    public static func close(to name: String, in candidates: some Sequence<String>) -> String? {
        nearest(to: name, in: candidates.sorted()) { _ in max(1, name.count / 3) }
    }

    private static func nearest(
        to name: String, in candidates: [String], limit: (String) -> Int
    ) -> String? {
        var best: (name: String, errors: Int)?
        for candidate in candidates {
            let errors = typingErrors(name.lowercased(), candidate.lowercased())
            guard errors <= limit(candidate), errors < best?.errors ?? .max else { continue }
            best = (candidate, errors)
        }
        return best?.name
    }

    /// Most names that a sentence lists; behind a nearest one, which is likely what was meant.
    private static let most = 60, mostBesideNearest = 30

    /// The end of an error sentence: "; did you mean 'kltv'? known: tv, xetv, kltv".
    public static func suffix(_ name: String, in candidates: [String]) -> String {
        suffix(nearest: of(name, in: candidates), known: candidates)
    }

    /// The same where the nearest name is known; a long list does not stand behind it.
    public static func suffix(nearest: String?, known: [String]) -> String {
        guard let nearest else { return known.isEmpty ? "" : "; " + list(known) }
        let meant = "; did you mean '\(nearest)'?"
        return known.isEmpty || known.count > mostBesideNearest ? meant : meant + " " + list(known)
    }

    private static func list(_ known: [String]) -> String {
        let rest = known.count > most ? " and \(known.count - most) more" : ""
        return "known: " + known.prefix(most).joined(separator: ", ") + rest
    }

    /// Insertions, deletions, substitutions and swaps of neighbours between two texts.
    public static func typingErrors(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a), Array(b))
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [Int](repeating: i, count: b.count + 1)
            for j in 1...b.count {
                let substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                row[j] = min(substitution, last[j] + 1, row[j - 1] + 1)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
