/// The values of one structure over the images of a split.
struct StructureMeasures: Sendable {
    let metrics: [MetricEntry]
    private(set) var images: [SegmentationEvaluation.ImageResult] = []
    private var counts = PooledCounts()
    private var boundary = BoundaryCalibration()
    private(set) var cut = DiceCut()

    init(metrics: [MetricEntry]) {
        self.metrics = metrics
    }

    mutating func update(_ example: SegmentationCase, id: String, probabilities: [Float]) {
        if !probabilities.isEmpty {
            boundary.add(target: example.target, probabilities: probabilities)
            cut.add(target: example.target, probabilities: probabilities)
        }
        var values: [String: Double] = [:]
        for metric in metrics { values[metric.name] = metric.measure(example) }
        images.append(.init(id: id, values: values))
        counts.foreground += example.counts
        counts.published += example.publishedCounts
    }

    /// Mean over images of each metric; empty without images.
    var means: [String: Double] {
        guard !images.isEmpty else { return [:] }
        var result: [String: Double] = [:]
        for metric in metrics { result[metric.name] = mean(metric.name) }
        return result
    }

    /// Each metric over the whole split, see `SegmentationEvaluation`.
    var pooled: [String: Double] {
        guard !images.isEmpty else { return [:] }
        var result = boundary.values
        for metric in metrics {
            switch metric.reduction {
            case .counts(let formula): result[metric.name] = formula(counts)
            case .mean: result[metric.name] = mean(metric.name)
            }
        }
        return result
    }

    private func mean(_ name: String) -> Double {
        images.reduce(0) { $0 + ($1.values[name] ?? 0) } / Double(images.count)
    }
}
