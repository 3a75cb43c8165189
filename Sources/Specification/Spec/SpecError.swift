import Domain
import Wording

/// An experiment that cannot be read or makes no sense; each case is one sentence.
public enum SpecError: Error, Equatable, CustomStringConvertible {
    /// There is no file at `path`.
    case missingFile(path: String)
    /// The file at `path` cannot be read as text.
    case unreadable(path: String, reason: String)
    /// The text is no YAML.
    case syntax(at: Place, problem: String)
    /// A key that no experiment file has at that point; `section` is nil at the top level.
    case unknownKey(String, section: String?, at: Place, known: [String])
    /// A model, loss, data set, … that is in no registry.
    case unknownName(kind: String, String, at: Place, known: [String])
    /// A name where one of another kind is expected: `other` is the kind that it is of.
    case otherKind(kind: String, String, other: String, at: Place, known: [String])
    /// A value that the key may not hold.
    case badValue(key: String, found: String, expected: String, at: Place)
    /// A required key that is absent.
    case missingKey(String, path: String)
    /// A trainer that cannot be had, in the words of who looked.
    case trainer(reason: String, at: Place)
    /// A report that cannot be made, in the words of the report.
    case report(reason: String, at: Place)
    /// An exclusion that no cell of the grid matches; `values` are what the grid has instead.
    case excludesNothing(key: String, found: String, values: [String], at: Place)
    /// More cells than a sweep may have; the axes with their numbers of values.
    case tooManyCells(axes: [String: Int], most: Int, path: String)
    /// Every combination of the grid is excluded.
    case nothingToRun(path: String)

    /// What, where, found, expected, and the nearest valid name.
    public var description: String {
        switch self {
        case .missingFile(let path):
            "\(path): there is no such experiment file"
        case .unreadable(let path, let reason):
            "\(path): cannot be read: \(reason)"
        case .syntax(let place, let problem):
            "\(place): not valid YAML: \(problem)"
        case .unknownKey(let key, let section, let place, let known):
            "\(place): unknown key '\(key)'" + (section.map { " in '\($0)'" } ?? "")
                + NearestName.suffix(key, in: known)
        case .unknownName(let kind, let name, let place, let known):
            "\(place): unknown \(kind) '\(name)'" + NearestName.suffix(name, in: known)
                + Self.ownFolder(kind, name, known)
        case .otherKind(let kind, let name, let other, let place, let known):
            "\(place): '\(name)' is a \(other), expected a \(kind); known: "
                + known.joined(separator: ", ")
        case .badValue(let key, let found, let expected, let place):
            "\(place): '\(key)' is \(found.isEmpty ? "empty" : "'\(found)'");"
                + " expected \(expected)"
        case .missingKey(let key, let path):
            "\(path): the key '\(key)' is missing"
        case .trainer(let reason, let place):
            "\(place): 'trainer': \(reason)"
        case .report(let reason, let place):
            "\(place): 'report': \(reason)"
        case .excludesNothing(let key, let found, let values, let place):
            "\(place): 'exclude' names \(key) '\(found)', which no cell of the grid has"
                + NearestName.suffix(found, in: values)
        case .tooManyCells(let axes, let most, let path):
            "\(path): the grid has \(Self.product(axes)); expected at most \(Self.number(most))"
        case .nothingToRun(let path):
            "\(path): 'exclude' drops every combination of the grid, so there is nothing to run"
        }
    }

    /// "; a folder of your own is 'folder:chests'", of a data set that is nearly no known one.
    private static func ownFolder(_ kind: String, _ name: String, _ known: [String]) -> String {
        guard kind == "data set", known.contains("folder"), NearestName.of(name, in: known) == nil,
            let last = name.split(separator: "/").last
        else { return "" }
        return "; a folder of your own is 'folder:\(last)'"
    }

    /// The option that a sentence is about; nil for one about a file.
    public var isAboutAnOption: Bool {
        let place: Place? =
            switch self {
            case .syntax(let place, _), .unknownKey(_, _, let place, _),
                .unknownName(_, _, let place, _), .otherKind(_, _, _, let place, _),
                .badValue(_, _, _, let place),
                .report(_, let place), .trainer(_, let place), .excludesNothing(_, _, _, let place):
                place
            case .missingFile, .unreadable, .missingKey, .tooManyCells, .nothingToRun: nil
            }
        if case .option = place { return true }
        return false
    }

    /// "1,000 x 512 = 512,000 cells (seed x width)", the longest axes first.
    private static func product(_ axes: [String: Int]) -> String {
        let sorted = axes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let sizes = sorted.map { number($0.value) }.joined(separator: " x ")
        let names = sorted.map(\.key).joined(separator: " x ")
        var total: Int? = 1
        for axis in axes {
            let (product, isTooLarge) = (total ?? 1).multipliedReportingOverflow(by: axis.value)
            total = total == nil || isTooLarge ? nil : product
        }
        let equals = axes.count > 1 ? total.map { " = \(number($0))" } ?? "" : ""
        return "\(sizes)\(equals) cells (\(names))"
    }

    /// "100,000".
    private static func number(_ value: Int) -> String {
        var digits = Array(String(value))
        for place in stride(from: digits.count - 3, to: 0, by: -3) {
            digits.insert(",", at: place)
        }
        return String(digits)
    }
}
