internal import Foundation
internal import GRDB

/// A value of a query's row or parameter, with SQLite's types.
public enum QueryValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// The value that a user means by `text`: a whole number, a number, NULL, or else the text.
    /// What does not write a number as numbers are written (`001`, 20 digits) is a name.
    public init(parsing text: String) {
        if let whole = Int64(text), String(whole) == text {
            self = .integer(whole)
        } else if let number = Double(text), number.isFinite, Self.writesNumber(text) {
            self = .real(number)
        } else if text.lowercased() == "null" {
            self = .null
        } else {
            self = .text(text)
        }
    }

    /// Whether text has a point or an exponent and no needless zero in front.
    private static func writesNumber(_ text: String) -> Bool {
        let digits = text.drop { "+-".contains($0) }
        return digits.contains { ".eE".contains($0) }
            && digits.allSatisfy { $0.isNumber || ".eE+-".contains($0) }
            && !(digits.first == "0" && digits.dropFirst().first?.isNumber == true)
    }

    var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .real(let value): value.databaseValue
        case .text(let value): value.databaseValue
        case .blob(let bytes): Data(bytes).databaseValue
        }
    }

    /// The number, nil for anything else.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .null, .text, .blob: nil
        }
    }

    /// The whole number, nil for anything else.
    public var integer: Int64? {
        if case .integer(let value) = self { return value }
        return nil
    }

    /// The text, nil for anything else.
    public var text: String? {
        if case .text(let value) = self { return value }
        return nil
    }
}

/// What a query answered.
public struct QueryResult: Sendable, Hashable {
    /// Names of the columns.
    public let columns: [String]
    /// The rows, a value a column.
    public let rows: [[QueryValue]]
    /// Whether there were more rows than the limit.
    public let isTruncated: Bool

    /// An answer, or a part of one.
    public init(columns: [String], rows: [[QueryValue]], isTruncated: Bool = false) {
        self.columns = columns
        self.rows = rows
        self.isTruncated = isTruncated
    }

    /// The same with one more column, whose value is made from each row.
    public func adding(
        column name: String, _ value: ([QueryValue]) throws -> QueryValue
    ) rethrows -> QueryResult {
        QueryResult(
            columns: columns + [name], rows: try rows.map { $0 + [try value($0)] },
            isTruncated: isTruncated)
    }
}

/// An answer while its rows come.
struct CollectedRows {
    /// Names of the columns.
    var columns: [String] = []
    private var rows: [[QueryValue]] = []
    private var isTruncated = false
    private let limit: Int?

    /// - Parameter limit: rows that are kept at most; nil for all.
    init(limit: Int?) { self.limit = limit }

    /// What came.
    var result: QueryResult {
        QueryResult(columns: columns, rows: rows, isTruncated: isTruncated)
    }

    /// Keeps a row, and says whether more are wanted.
    mutating func add(_ row: [QueryValue]) -> Bool {
        if let limit, rows.count >= limit {
            isTruncated = true
            return false
        }
        rows.append(row)
        return true
    }
}
