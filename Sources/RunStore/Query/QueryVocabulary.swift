internal import Domain
internal import Foundation
internal import GRDB

/// Line and column of a place in a text, from 1.
struct SourcePlace {
    let line: Int
    let column: Int

    /// - Parameter offset: in UTF-8 bytes.
    init(of offset: Int, in text: String) {
        let before = String(decoding: text.utf8.prefix(offset), as: UTF8.self)
        let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
        line = max(1, lines.count)
        column = (lines.last?.count ?? 0) + 1
    }
}

/// Names that a query may use, to say what was probably meant.
struct QueryVocabulary {
    /// Names of tables and views.
    let tables: [String]

    init(_ db: Database) throws {
        tables = try String.readAll(
            db, sql: "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")
    }

    /// The problem that SQLite reports as `message` at the byte `offset` (-1 when it does not say).
    ///
    /// - Parameter columns: gives the names of columns; only asked when one is unknown.
    func problem(
        _ message: String, offset: Int, in sql: String, columns: @escaping () -> [String]
    ) -> QueryProblem {
        var place = offset >= 0 ? SourcePlace(of: offset, in: sql) : nil
        var nearest: String?
        let kinds: [(prefix: String, names: () -> [String])] = [
            ("no such table: ", { tables }), ("no such column: ", columns),
            ("no such function: ", { Array(QueryGuard.functions) }),
        ]
        for (prefix, names) in kinds where message.hasPrefix(prefix) {
            let name = String(message.dropFirst(prefix.count))
            let last = name.split(separator: ".").last.map(String.init) ?? name
            // A function that this SQLite is too old for is not meant to be itself.
            let known = names().filter { $0 != last }
            // `dice` is meant to be `test_dice`, of several the shortest.
            nearest =
                NearestName.close(to: last, in: known)
                ?? known.filter { $0.split(separator: "_").contains(Substring(last.lowercased())) }
                .min { ($0.count, $0) < ($1.count, $1) }
            if place == nil, let range = sql.range(of: last, options: .caseInsensitive) {
                place = SourcePlace(
                    of: sql.utf8.distance(from: sql.startIndex, to: range.lowerBound), in: sql)
            }
        }
        return QueryProblem(
            message, line: place?.line, column: place?.column, nearest: nearest)
    }
}
