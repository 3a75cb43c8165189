public import Statistics

/// One run's value behind a cell.
public struct Sample: Sendable, Hashable {
    /// Identifier of the run in the store.
    public let run: Int64
    /// What the run measured.
    public let value: Double

    /// Makes a sample.
    public init(run: Int64, value: Double) {
        self.run = run
        self.value = value
    }
}

/// One cell of a report's table: what it shows and where that came from.
public struct Cell: Sendable, Equatable {
    /// What a cell shows.
    public enum Content: Sendable, Equatable {
        /// Text that names the row.
        case text(String)
        /// A number of runs or images.
        case count(Int)
        /// Mean ± sample standard deviation over runs; the samples are never empty.
        case measured([Sample])
        /// A figure printed in a paper.
        case published(Double)
        /// Ours minus published.
        case difference(Double)
        /// A number worked out from several runs, such as a p-value or an interval's end.
        case derived(Double)
        /// Nothing is known.
        case missing
    }

    /// What the cell shows.
    public var content: Content
    /// Identifiers of the runs behind the content, ascending.
    public var runs: [Int64]
    /// Whether the bold rule singles the cell out.
    public var isBest = false
    /// Whether the runs differ in more than the seed; then the bold rule never singles it out.
    public var isPooled = false
    /// Marks set after the value; the table's notes explain each.
    public var marks: [String] = []

    /// Makes a cell; the runs of measured content are taken from its samples.
    public init(_ content: Content, runs: [Int64] = []) {
        self.content = content
        if case .measured(let samples) = content {
            self.runs = samples.map(\.run).sorted()
        } else {
            self.runs = runs.sorted()
        }
    }

    /// A cell of text.
    public static func text(_ text: String) -> Cell { Cell(.text(text)) }

    /// A cell of samples, missing when there are none.
    public static func measured(_ samples: [Sample]) -> Cell {
        samples.isEmpty ? Cell(.missing) : Cell(.measured(samples))
    }

    /// What the runs of a measured cell measured.
    public var samples: [Sample]? {
        if case .measured(let samples) = content { samples } else { nil }
    }

    /// Mean, spread and number of the samples of a measured cell.
    public var summary: Summary? { samples.flatMap { Summary($0.map(\.value)) } }

    /// The number that ranks the cell among its neighbours; nil for text and missing cells.
    public var number: Double? {
        switch content {
        case .text, .missing: nil
        case .count(let count): Double(count)
        case .measured: summary?.mean
        case .published(let value), .difference(let value), .derived(let value): value
        }
    }
}
