internal import Domain
internal import Foundation
internal import GRDB

/// A type that a cell of the store can be read as.
///
/// A store may have been damaged, or made by somebody else: reading never converts a cell of one
/// type into another, and never traps.
protocol StoreCell {
    /// What such a cell holds, in words: "a whole number".
    static var cellContents: String { get }
    /// The cell's value; nil when it is of another type.
    init?(cell: DatabaseValue)
}

extension Int64: StoreCell {
    static var cellContents: String { "a whole number" }

    init?(cell: DatabaseValue) {
        guard case .int64(let value) = cell.storage else { return nil }
        self = value
    }
}

extension Int: StoreCell {
    static var cellContents: String { Int64.cellContents }

    init?(cell: DatabaseValue) {
        guard let value = Int64(cell: cell) else { return nil }
        self.init(exactly: value)
    }
}

extension Int32: StoreCell {
    static var cellContents: String { "a whole number of 32 bits" }

    init?(cell: DatabaseValue) {
        guard let value = Int64(cell: cell) else { return nil }
        self.init(exactly: value)
    }
}

extension Double: StoreCell {
    static var cellContents: String { "a number" }

    init?(cell: DatabaseValue) {
        switch cell.storage {
        case .double(let value): self = value
        case .int64(let value): self = Double(value)
        default: return nil
        }
    }
}

extension String: StoreCell {
    static var cellContents: String { "text" }

    init?(cell: DatabaseValue) {
        guard case .string(let value) = cell.storage else { return nil }
        self = value
    }
}

extension Bool: StoreCell {
    static var cellContents: String { "0 or 1" }

    init?(cell: DatabaseValue) {
        guard let value = Int64(cell: cell), value == 0 || value == 1 else { return nil }
        self = value == 1
    }
}

extension Date: StoreCell {
    static var cellContents: String { "seconds since 1970, of the years 1 to 9999" }

    init?(cell: DatabaseValue) {
        guard let seconds = Double(cell: cell), CivilDate.seconds.contains(seconds) else {
            return nil
        }
        self.init(timeIntervalSince1970: seconds)
    }
}

extension DatabaseValue: StoreCell {
    static var cellContents: String { "any value" }

    init?(cell: DatabaseValue) { self = cell }
}

extension QueryValue: StoreCell {
    static var cellContents: String { "any value" }

    init?(cell: DatabaseValue) { self.init(cell) }
}

extension Optional: StoreCell where Wrapped: StoreCell {
    static var cellContents: String { Wrapped.cellContents + " or NULL" }

    init?(cell: DatabaseValue) {
        if cell.isNull {
            self = Optional<Wrapped>.none
        } else if let value = Wrapped(cell: cell) {
            self = Optional<Wrapped>.some(value)
        } else {
            return nil
        }
    }
}

/// Words of a fixed list: states, parts of a split, weights, levels.
extension StoreCell where Self: RawRepresentable & CaseIterable, RawValue == String {
    static var cellContents: String { allCases.map(\.rawValue).joined(separator: ", ") }

    init?(cell: DatabaseValue) {
        guard let word = String(cell: cell) else { return nil }
        self.init(rawValue: word)
    }
}

extension RunState: StoreCell {}
extension SplitPart: StoreCell {}
extension DatasetRecord.Origin: StoreCell {}
extension WeightsKind: StoreCell {}
extension EventRecord.Level: StoreCell {}
