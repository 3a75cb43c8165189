internal import Domain

/// Why a report cannot be made, in one sentence.
public enum ReportError: Error, Equatable, CustomStringConvertible {
    /// There is no report of that name.
    case unknownReport(name: String, nearest: String?, known: [String])
    /// An option names an axis that the runs do not have.
    case unknownAxis(name: String, nearest: String?, known: [String])
    /// An option names a value that no run has on an axis.
    case unknownValue(
        axis: String, found: String, nearest: String?, known: [String], elsewhere: String? = nil)
    /// The conditions leave no run.
    case nothingSelected(conditions: [String])
    /// No run has results that could replace those in a file.
    case nothingToShow(path: String)
    /// An option names a metric that the runs do not have.
    case unknownMetric(name: String, nearest: String?, known: [String])
    /// `--explain` names a row that the report does not have.
    case unknownRow(name: String, nearest: String?, rows: Int)
    /// `--explain` names a column that the report does not have.
    case unknownColumn(name: String, known: [String])
    /// A report has no published figures to show.
    case nothingPublished(report: String)
    /// `--check` found a file that differs from what the store gives.
    case outdated(path: String, line: Int, found: String, expected: String)
    /// `--check` found no file.
    case notWritten(path: String)
    /// A value of an option that the report does not take.
    case badOption(name: String, found: String, expected: String)
    /// The experiment's file names no report.
    case noReport(experiment: String)
    /// Fewer than two runs are to be compared, or one is named twice.
    case badComparison(runs: [Int64])
    /// Of the runs to compare one was logged by another program and one trained by Lightbox.
    case unlikeRuns(logged: Int64, trained: Int64?)
    /// The store has no runs that tell how much runs vary.
    case noSpread(dataset: String, store: String)

    /// One sentence: what, where, found, expected.
    public var description: String {
        switch self {
        case .unknownReport(let name, let nearest, let known):
            "unknown report '\(name)'" + NearestName.suffix(nearest: nearest, known: known)
        case .unknownAxis(let name, let nearest, let known):
            "unknown axis '\(name)'" + NearestName.suffix(nearest: nearest, known: known)
        case .unknownValue(let axis, let found, _, _, let elsewhere?):
            "no run has \(axis) '\(found)', which is a \(elsewhere); expected \(elsewhere)=\(found)"
        case .unknownValue(let axis, let found, let nearest, let known, nil):
            // Of numbers none is nearest by its spelling.
            "no run has \(axis) '\(found)'"
                + Self.hint(known.allSatisfy { Double($0) != nil } ? nil : nearest)
                + (known.isEmpty ? "; there are no runs" : "; there are: " + Self.list(known))
        case .nothingSelected(let conditions):
            "no run has \(conditions.joined(separator: " and ")) at once; there is nothing to show"
        case .nothingToShow(let path):
            "no completed run is selected, so '\(path)' was left as it is"
        case .unknownMetric(let name, let nearest, let known):
            "unknown metric '\(name)'" + NearestName.suffix(nearest: nearest, known: known)
        case .unknownRow(let name, let nearest, let rows):
            "the report has no row '\(name)'" + Self.hint(nearest)
                + "; expected a row's name or a number from 1 to \(rows)"
        case .unknownColumn(let name, let known):
            "the report has no column '\(name)'; known: " + known.joined(separator: ", ")
        case .nothingPublished(let report):
            "no published figures belong to report '\(report)'; expected --metrics standard"
        case .outdated(let path, let line, let found, let expected):
            "'\(path)' differs from the store at line \(line): found '\(found)', expected "
                + "'\(expected)'"
        case .notWritten(let path): "'\(path)' does not exist; expected the report written before"
        case .badOption(let name, let found, let expected):
            "--\(name) is '\(found)'; expected \(expected)"
        case .noReport(let experiment):
            "the file of experiment '\(experiment)' names no report; name one before it, as in "
                + "'lightbox report sweep --experiment \(experiment)' (--list has them)"
        case .noSpread(let dataset, let store):
            "'\(store)' has no two settings of '\(dataset)' with two seeds in common, tested on the "
                + "same images; expected such runs: train two settings with two seeds first"
        case .unlikeRuns(let logged, let trained):
            "run \(logged) was logged by another program and run \(trained ?? 0) was trained here; "
                + "expected runs of one kind to compare"
        case .badComparison(let runs):
            (runs.count == 1 ? "only run \(runs[0]) is named" : "a run is named twice")
                + "; expected two or more different runs to compare"
        }
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(60).joined(separator: ", ")
            + (names.count > 60 ? " and \(names.count - 60) more" : "")
    }

    private static func hint(_ nearest: String?) -> String {
        nearest.map { "; did you mean '\($0)'?" } ?? ""
    }
}
