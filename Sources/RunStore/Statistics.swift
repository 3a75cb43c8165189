internal import Foundation
internal import GRDB

/// Aggregates that SQLite lacks: `median(x)`, `stddev(x)`, `percentile(x, p)`.
///
/// All skip NULL, take numbers only, and are NULL over no rows. `stddev` is the sample standard
/// deviation (n - 1 below the line), NULL over one row; `percentile` interpolates linearly, p in
/// 0...100.
enum Statistics {
    static let functions: [DatabaseFunction] = [
        DatabaseFunction("median", argumentCount: 1, pure: true, aggregate: Median.self),
        DatabaseFunction("stddev", argumentCount: 1, pure: true, aggregate: StandardDeviation.self),
        DatabaseFunction("percentile", argumentCount: 2, pure: true, aggregate: Percentile.self),
    ]

    /// Names of the functions, for help and for the guard of queries.
    static let names = ["median", "stddev", "percentile"]

    /// The value below which `fraction` of the sorted `values` lie, linear between neighbours.
    static func quantile(_ values: [Double], fraction: Double) -> Double? {
        guard let last = values.indices.last else { return nil }
        let sorted = values.sorted()
        let place = fraction * Double(last)
        let below = Int(place.rounded(.down))
        guard below < last else { return sorted[last] }
        let weight = place - Double(below)
        return weight == 0
            ? sorted[below] : sorted[below] + weight * (sorted[below + 1] - sorted[below])
    }

    /// Mean and sample standard deviation (nil under two values), in two passes.
    static func moments(_ values: [Double]) -> (mean: Double, deviation: Double?)? {
        guard !values.isEmpty else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        guard values.count > 1 else { return (mean, nil) }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(values.count - 1)).squareRoot())
    }

    /// Keeps one more number, unless there are too many.
    fileprivate static func add(_ value: Double, to values: inout [Double]) throws {
        guard values.count < QueryMemory.numbers else {
            throw DatabaseError(resultCode: .SQLITE_NOMEM)
        }
        values.append(value)
    }

    /// The number in `value`, nil for NULL.
    fileprivate static func number(_ value: DatabaseValue, function: String) throws -> Double? {
        if value.isNull { return nil }
        switch value.storage {
        case .int64(let value): return Double(value)
        case .double(let value): return value
        default:
            throw DatabaseError(
                resultCode: .SQLITE_ERROR, message: "\(function)() takes numbers only")
        }
    }
}

private struct Median: DatabaseAggregate {
    private var values: [Double] = []

    mutating func step(_ arguments: [DatabaseValue]) throws {
        if let value = try Statistics.number(arguments[0], function: "median") {
            try Statistics.add(value, to: &values)
        }
    }

    func finalize() -> (any DatabaseValueConvertible)? {
        Statistics.quantile(values, fraction: 0.5)
    }
}

private struct StandardDeviation: DatabaseAggregate {
    private var values: [Double] = []

    mutating func step(_ arguments: [DatabaseValue]) throws {
        if let value = try Statistics.number(arguments[0], function: "stddev") {
            try Statistics.add(value, to: &values)
        }
    }

    func finalize() -> (any DatabaseValueConvertible)? {
        Statistics.moments(values)?.deviation
    }
}

private struct Percentile: DatabaseAggregate {
    private var values: [Double] = []
    private var percent: Double?

    mutating func step(_ arguments: [DatabaseValue]) throws {
        let found = try Statistics.number(arguments[1], function: "percentile")
        guard let found, (0...100).contains(found), percent == nil || percent == found else {
            throw DatabaseError(
                resultCode: .SQLITE_ERROR,
                message: "percentile(x, p) takes one p in 0...100, the same for every row")
        }
        percent = found
        if let value = try Statistics.number(arguments[0], function: "percentile") {
            try Statistics.add(value, to: &values)
        }
    }

    func finalize() -> (any DatabaseValueConvertible)? {
        percent.flatMap { Statistics.quantile(values, fraction: $0 / 100) }
    }
}
