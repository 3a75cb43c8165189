internal import RunStore

/// A cell of an experiment's file of which the store has no run, because its data was not there.
public struct CellWithoutRun: Sendable {
    /// The text of an axis or a setting as the file has it, by name.
    private let text: @Sendable (String) -> String?

    /// A cell by its values.
    public init(text: @escaping @Sendable (String) -> String?) { self.text = text }

    /// The value on an axis, spelled as those of runs.
    func value(on axis: Axis, _ vocabulary: ReportVocabulary) -> String {
        guard let text = text(axis.name) else { return "–" }
        if axis == .splitSeed, text == RunStore.runSeed { return value(on: .seed, vocabulary) }
        if axis == .labels { return Double(text).map { NumberFormat.short($0) } ?? text }
        return vocabulary.settings[axis.name]?.read(text) ?? text
    }

    /// Whether a request is about it too.
    func isSelected(by selection: ReportSelection, _ vocabulary: ReportVocabulary) -> Bool {
        let wanted: [(Axis, [String])] =
            [
                (.dataset, selection.datasets), (.model, selection.models),
                (.procedure, selection.procedures), (.loss, selection.losses),
                (.labels, selection.labels.map { NumberFormat.short($0) }),
                (.seed, selection.seeds.map(String.init)),
            ] + selection.settings.map { (Axis($0.key), $0.value) }
        return wanted.allSatisfy { axis, values in
            values.isEmpty || values.contains(value(on: axis, vocabulary))
        }
    }
}
