internal import Domain
public import RunStore

/// The test images on which runs, or settings of several runs each, disagree with the first: by how far
/// apart the means of their values are.
public struct Disagreements {
    /// Runs whose values are taken together: seeds of one setting, or one run.
    public struct Group: Sendable, Equatable {
        /// What tells it from the others.
        public let name: String
        /// Its runs, the first of which stands for it on pages.
        public let runs: [RunID]
    }

    /// One image, as the reference and another group have it.
    public struct Row: Sendable, Equatable {
        /// The image's id.
        public let image: String
        /// Which group is compared, by its place; the reference is 0.
        public let group: Int
        /// The means over the runs of the reference and of the group that tested the image.
        public let reference: Double, value: Double
        /// A run of the reference and one of the group that tested it.
        public let referenceRun: RunID, run: RunID

        /// By how much the group is higher than the reference.
        public var difference: Double { value - reference }
    }

    /// What was measured of each image.
    public let metric: String
    /// The groups, the reference first.
    public let groups: [Group]
    /// A row for each image and each group but the reference that both have tested, the largest
    /// difference first.
    public let rows: [Row]

    /// The disagreements of `runs` with the first of them: where they are several seeds of several
    /// settings, those of the settings with the first run's.
    ///
    /// - Throws: `StoreError`.
    public init(of runs: [RunID], from source: ReportSource) throws {
        let wanted = Set(runs)
        let data = try source.load { $0.filter { wanted.contains($0.id) } }
        metric = data.objective.name
        groups = Self.groups(of: runs, in: data)
        let values = try source.store.reportImageValues(
            of: metric, runs: runs.sorted(), weights: source.request.weights, split: .test)
        let means = groups.map { ImageMeans($0.runs, values).images }
        let names = try source.store.reportImageNames(Set(means.flatMap(\.keys)).sorted())
        var rows: [Row] = []
        for group in groups.indices.dropFirst() {
            for (image, mean) in means[group] {
                guard let base = means[0][image], let name = names[image],
                    let referenceRun = base.runs.first, let run = mean.runs.first
                else { continue }
                rows.append(
                    Row(
                        image: name, group: group, reference: base.value, value: mean.value,
                        referenceRun: referenceRun, run: run))
            }
        }
        self.rows = rows.sorted { a, b in
            let (first, second) = (abs(a.difference), abs(b.difference))
            return first != second ? first > second : (a.image, a.group) < (b.image, b.group)
        }
    }

    /// The settings of the runs, each with its seeds; every run alone where there is one setting, or one
    /// seed of each.
    private static func groups(of runs: [RunID], in data: ReportData) -> [Group] {
        let axes = data.varying
        let own = data.grid(axes).cells.map { cell in
            (values: cell.values, runs: runs.filter { cell.completed.map(\.id).contains($0) })
        }.filter { !$0.runs.isEmpty }
        guard own.count > 1, own.contains(where: { $0.runs.count > 1 }) else {
            return runs.map { Group(name: "run \($0)", runs: [$0]) }
        }
        let differing = axes.indices.filter { axis in Set(own.map { $0.values[axis] }).count > 1 }
        let names = MethodNames(
            axes: axes, cells: own.map(\.values), vocabulary: data.vocabulary,
            used: data.usedModels)
        func place(_ group: Group) -> Int { group.runs.compactMap(runs.firstIndex).min() ?? .max }
        return own.map { values, runs in
            Group(
                name: names.name(values, at: differing) + " ("
                    + (runs.count == 1 ? "run " : "runs ")
                    + runs.map(String.init).joined(separator: ", ") + ")", runs: runs)
        }.sorted { place($0) < place($1) }
    }
}
