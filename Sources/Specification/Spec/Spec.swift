import Foundation
public import Programs
package import RunStore

/// An experiment as its file describes it: a grid of cells and what to do with their runs.
public struct Spec: Sendable {
    /// Name of the experiment in the store, and of its report's file.
    public var name: String
    /// One sentence for people.
    public var description: String
    /// Recipe of the report that the sweep writes at its end, if any: a report's name, and its
    /// options, as in "sweep rows=model,loss".
    public var report: String?
    /// Folder of the data sets where no `--data` is given, relative to the working folder.
    public var data: String?
    /// The axes of the grid, outermost first.
    public var axes: [Axis]
    /// Combinations that are left out.
    public var exclusions: [Exclusion]
    /// Trials instead of a grid; the axes then have one value each.
    public var search: SearchSpec?
    /// Other data sets on which every completed run is evaluated after training. No part of any cell.
    public var evaluate: [String] = []
    /// The program that trains the cells; nil where Lightbox does.
    public var program: TrainingProgram?
    /// Where the experiment was read from.
    public var path: String
    /// What `--set` changed in it, each "key=value".
    public var overrides: [String] = []

    /// One axis of the grid and its values, as text in the order of the file.
    public struct Axis: Sendable, Hashable {
        /// An identity axis ("model") or a training setting ("width").
        public var name: String
        /// At least one value, no two alike.
        public var values: [String]
    }

    /// A combination to leave out: every named axis has one of the named values.
    public struct Exclusion: Sendable, Hashable {
        /// For each axis the values that are excluded, in their canonical text.
        public var values: [String: Set<String>]

        /// Whether `cell` is left out.
        package func matches(_ cell: Cell) -> Bool {
            values.allSatisfy { axis, values in
                cell.text(of: axis).map(values.contains) ?? false
            }
        }
    }
}

extension Spec {
    /// A cell of which nothing is said yet but who trains it.
    var blankCell: Cell {
        var cell = Cell()
        if let program { cell.train(by: program) }
        return cell
    }

    /// The experiment as the store knows it.
    package var record: ExperimentRecord {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return ExperimentRecord(
            name: name, description: description, report: report ?? "",
            source: text.isEmpty ? "" : RecordedSource(text: text, overrides: overrides).source)
    }
}
