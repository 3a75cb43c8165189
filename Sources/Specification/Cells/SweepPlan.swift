import Domain
import Programs
import Training
import Wording

/// The cells of an experiment in the order in which they are trained.
public struct SweepPlan: Sendable {
    /// Most cells that a grid may have, those that are excluded counted; also most trials.
    public static let mostCells = 100_000

    /// No two cells alike; seeds vary fastest, data sets slowest.
    public let cells: [Cell]
    /// A short name of each cell for progress lines, with the settings in which cells differ.
    public let titles: [String]
    /// The cells of the experiment's file where `--set` changed them; nil where it did not, or the file
    /// alone is no experiment. Of a search the one that its trials vary.
    package private(set) var file: [Cell]?
    /// What the grid says to no effect, a sentence each.
    public var notes: [String] = []

    /// These cells, with a title each.
    package init(cells: [Cell], titles: [String]) {
        self.cells = cells
        self.titles = titles
    }

    /// Every combination of the spec's axes that is not excluded; of those that differ only in
    /// settings that they do not use, the first.
    ///
    /// - Throws: `SpecError.nothingToRun` where none remains.
    public init(_ spec: Spec, vocabulary: Vocabulary) throws {
        var cells = [spec.blankCell]
        for axis in spec.axes {
            cells = try cells.flatMap { cell in
                try axis.values.map { value in
                    var next = cell
                    try next.set(
                        axis.name, to: value, at: .option(spec.path), vocabulary: vocabulary)
                    return next
                }
            }
        }
        // The cell of a search lacks what its trials vary, so exclusions are for them.
        if spec.search == nil {
            cells = Self.folded(cells, sites: vocabulary.sites)
            cells.removeAll { cell in spec.exclusions.contains { $0.matches(cell) } }
        }
        guard !cells.isEmpty else { throw SpecError.nothingToRun(path: spec.path) }
        var seen: Set<Cell> = []
        let distinct =
            spec.search == nil ? cells.filter { seen.insert($0.used).inserted } : cells
        self.cells = distinct
        let varied = spec.axes.filter { $0.values.count > 1 }.map(\.name)
        titles = distinct.map { $0.title(varied: varied) }
        file = try? spec.asInFile(vocabulary).map {
            try SweepPlan($0, vocabulary: vocabulary).cells
        }
        notes =
            Self.unused(in: spec, cells) + Self.merged(cells, into: distinct, varied)
            + Self.program(of: spec)
    }

    /// The cells whose fold there is; one of each without folds.
    private static func folded(_ cells: [Cell], sites: [String: [String]]) -> [Cell] {
        var seen: Set<Cell> = []
        return cells.filter { $0.hasFold(sites: sites) }.map(\.withoutIdleFold).filter { cell in
            cell.settings.folds != CommonSettings.noFolds || seen.insert(cell).inserted
        }
    }

    // MARK: Notes

    /// Settings that the file gives and no cell uses.
    private static func unused(in spec: Spec, _ cells: [Cell]) -> [String] {
        let candidates = cells + (spec.search?.space.variants(of: cells[0]) ?? [])
        let given = spec.axes.map(\.name) + (spec.search?.space.parameters.map(\.name) ?? [])
        return given.compactMap { name in
            guard TrainingSettings.field(name) != nil, let use = SettingUse.all[name],
                !candidates.contains(where: { $0.uses(name) })
            else { return nil }
            let isOne = cells.count == 1 && spec.search == nil
            let reason = isOne ? "it is not used" : "no cell uses it"
            return "'\(name)' changes nothing: \(reason); it is a setting of \(use.words)"
        }
    }

    /// What is likely not meant about a program: files of its command that are no code, and settings
    /// of its own that are nearly Lightbox's.
    private static func program(of spec: Spec) -> [String] {
        guard let program = spec.program else { return [] }
        let known = Cell.programSettings.sorted()
        let given = spec.axes.map(\.name) + (spec.search?.space.parameters.map(\.name) ?? [])
        var cell = Cell()
        cell.train(by: program)
        let near = given.filter(cell.isFree).compactMap { name in
            NearestName.close(to: name.lowercased(), in: known).map {
                "'\(name)' is for the program alone; did you mean '\($0)'?"
            }
        }
        return (program.wordsBesideCode.map { [$0] } ?? []) + near
    }

    /// How many combinations of the grid are a cell that another one is already.
    private static func merged(
        _ cells: [Cell], into distinct: [Cell], _ varied: [String]
    ) -> [String] {
        let count = cells.count - distinct.count
        guard count > 0 else { return [] }
        // Settings that one combination uses and another does not.
        let names = varied.filter { name in
            TrainingSettings.field(name) != nil && cells.contains { !$0.uses(name) }
        }
        let isOne = count == 1
        let (are, they) = isOne ? ("is", "it differs") : ("are", "they differ")
        let users = isOne ? "it does" : "they do"
        let why =
            names.isEmpty
            ? "split-seed, which is the run's seed there"
            : "\(names.joined(separator: ", ")), which \(users) not use"
        return [
            "\(count) of the grid's \(Plural.count(cells.count, "cell")) \(are) trained once with "
                + "another: \(they) only in \(why)"
        ]
    }
}

extension SearchSpace {
    /// The cell with each model, loss and procedure that the search may try.
    fileprivate func variants(of cell: Cell) -> [Cell] {
        var cells = [cell]
        let axes: [(String, WritableKeyPath<Cell, String>)] = [
            ("model", \.model), ("loss", \.loss), ("procedure", \.procedure),
        ]
        for (name, path) in axes {
            guard let names = range(of: name)?.names else { continue }
            cells = cells.flatMap { cell in
                names.map {
                    var next = cell
                    next[keyPath: path] = $0
                    return next
                }
            }
        }
        return cells
    }
}
