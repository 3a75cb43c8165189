public import Datasets
public import Foundation
public import RunStore
public import Specification

/// A sweep that is to be launched.
public struct LaunchRequest: Sendable {
    /// The experiment and its cells.
    public var spec: Spec, plan: SweepPlan
    /// The store that gets the runs; it need not exist.
    public var store: URL
    /// Folder of the data sets.
    public var data: DataRoot
    /// The program that trains, and its version.
    public var program: URL, version: String
    /// Cells at once and threads of each, within a machine; nil for what fits.
    public var jobs: Int?, threads: Int?
    /// Whether cells that failed before are tried again, and whether progress is kept quiet.
    public var retriesFailed = false, isQuiet = false
    /// The program's code; nil when it does not know.
    public var code: CodeIdentity?
    /// Whether cells that other code made are made again.
    public var retrains = false
    /// What only some launchers understand.
    public var options = LaunchOptions()

    /// A request with everything else at its default.
    public init(
        spec: Spec, plan: SweepPlan, store: URL, data: DataRoot, program: URL, version: String
    ) {
        self.spec = spec
        self.plan = plan
        self.store = store
        self.data = data
        self.program = program
        self.version = version
    }
}
