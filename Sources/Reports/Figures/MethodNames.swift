internal import Domain

/// Names of methods as legends and headings show them: as short as tells them apart.
///
/// A supervised network goes by its network, the classifier by "CNN", and a procedure that was
/// used with one network only by the procedure: `U-Net, KLTV`, `APPAU-Net, KLTV`, `S4MCL, GDL`.
struct MethodNames {
    private let axes: [Axis]
    private let vocabulary: ReportVocabulary
    /// The networks that each procedure was used with.
    private let models: [String: Set<String>]

    /// Names for the cells of a grid, given by their values on `axes`.
    ///
    /// - Parameter used: the networks of the runs of each procedure, where no axis has them.
    init(
        axes: [Axis], cells: [[String]], vocabulary: ReportVocabulary,
        used: [String: Set<String>] = [:]
    ) {
        self.axes = axes
        self.vocabulary = vocabulary
        var models = used
        if let procedure = axes.firstIndex(of: .procedure),
            let model = axes.firstIndex(of: .model)
        {
            models = [:]
            for cell in cells { models[cell[procedure], default: []].insert(cell[model]) }
        }
        self.models = models
    }

    /// The name of a cell by its values on the axes at `indices`.
    func name(_ values: [String], at indices: [Int]) -> String {
        let procedure = indices.first { axes[$0] == .procedure }.map { values[$0] }
        let hasModel = indices.contains { axes[$0] == .model }
        return indices.compactMap { index -> String? in
            if let procedure, hasModel {
                let goesByModel = ["supervised", ProgramRuns.procedure].contains(procedure)
                switch axes[index] {
                case .procedure where goesByModel: return nil
                case .model where procedure == "classification": return nil
                case .model where !goesByModel && isUsual(models[procedure], for: procedure):
                    return nil
                default: break
                }
            }
            return axes[index] == .procedure && !hasModel
                ? vocabulary.method(values[index], models: models[values[index]] ?? [])
                : axes[index].phrase(values[index], in: vocabulary)
        }.joined(separator: ", ")
    }

    /// Whether a method goes without the name of its network: there is one, which is the one that
    /// the method's name stands for, where it stands for any.
    private func isUsual(_ models: Set<String>?, for procedure: String) -> Bool {
        guard let own = vocabulary.network(of: procedure) else { return models?.count == 1 }
        return models == [own]
    }
}
