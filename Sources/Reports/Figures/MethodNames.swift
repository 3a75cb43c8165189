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
    init(axes: [Axis], cells: [[String]], vocabulary: ReportVocabulary) {
        self.axes = axes
        self.vocabulary = vocabulary
        var models: [String: Set<String>] = [:]
        if let procedure = axes.firstIndex(of: .procedure),
            let model = axes.firstIndex(of: .model)
        {
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
                let goesByModel = procedure == "supervised"
                switch axes[index] {
                case .procedure where goesByModel: return nil
                case .model where procedure == "classification": return nil
                case .model where !goesByModel && models[procedure]?.count == 1: return nil
                default: break
                }
            }
            return axes[index].phrase(values[index], in: vocabulary)
        }.joined(separator: ", ")
    }
}
