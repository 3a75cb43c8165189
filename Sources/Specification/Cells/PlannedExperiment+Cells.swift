public import RunStore
import Training

extension PlannedExperiment {
    /// The data folder that its file names (`data:`); nil where it names none, or cannot be read here.
    public func dataFolder(_ vocabulary: Vocabulary) -> String? {
        source.isEmpty ? nil : (try? Spec(recorded: source, vocabulary: vocabulary))?.data
    }

    /// The cells of the file that have no run: those of data sets that were not there. A run's
    /// identity has the fingerprint of its data.
    public func cellsWithoutRun(_ vocabulary: Vocabulary) -> [Cell] {
        // What another Lightbox wrote may not be readable here. A search makes its own cells.
        guard !source.isEmpty, !datasets.isEmpty,
            let spec = try? Spec(recorded: source, vocabulary: vocabulary), spec.search == nil,
            let names = spec.axes.first(where: { $0.name == "dataset" })?.values,
            !datasets.isSuperset(of: names)
                || spec.axes.contains(where: { $0.name == UnlabelledSources.setting }),
            let plan = try? SweepPlan(spec, vocabulary: vocabulary)
        else { return [] }
        return plan.cells.filter {
            !datasets.isSuperset(of: [$0.dataset] + $0.unlabelledDatasets)
        }
    }
}
