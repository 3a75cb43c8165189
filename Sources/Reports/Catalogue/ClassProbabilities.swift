internal import Domain
internal import RunStore
internal import Statistics

/// What a run told of its test images' classes.
struct ClassProbabilities {
    /// One image.
    struct Image {
        /// Index of its class, and of the class told.
        let target: Int, predicted: Int
        /// The probability with which it was told.
        let probability: Double

        /// The probability of the second of two classes.
        var second: Double { predicted == 1 ? probability : 1 - probability }
    }

    /// The data set's classes in index order.
    let classes: [String]
    /// The images that have a class.
    let images: [Image]

    /// The curve of the second of two classes; nil for other numbers of classes.
    var curve: ROC? {
        classes.count == 2
            ? ROC(scores: images.map(\.second), positive: images.map { $0.target == 1 }) : nil
    }

    /// The figures of `ClassificationMetricRegistry` that follow from the probability of the class
    /// told: runs that are older than these metrics have them too.
    var figures: [String: Double] {
        var figures: [String: Double] = [:]
        figures["ece"] =
            Reliability(images.map(\.probability), hits: images.map { $0.predicted == $0.target })
            .expectedError
        guard let curve else { return figures }
        figures["brier"] = BrierScore.of(
            images.map(\.second), hits: images.map { $0.target == 1 })
        figures["sensitivity-at-90"] = curve.sensitivity(specificity: 0.9)
        return figures
    }
}

extension ReportSource {
    /// What these runs told of their test images, by run; those that told nothing are absent.
    func classProbabilities(of runs: [ReportRun]) throws -> [RunID: ClassProbabilities] {
        let told = try store.reportPredictions(
            of: runs.map(\.id), weights: request.weights, split: .test)
        guard !told.isEmpty else { return [:] }
        let classes = try store.reportClasses(of: Set(runs.compactMap(\.datasetID)).sorted())
        var result: [RunID: ClassProbabilities] = [:]
        for run in runs {
            guard let images = told[run.id], let names = run.datasetID.flatMap({ classes[$0] })
            else { continue }
            let known = images.compactMap { image -> ClassProbabilities.Image? in
                guard let target = names.firstIndex(of: image.target),
                    let predicted = names.firstIndex(of: image.predicted)
                else { return nil }
                return .init(target: target, predicted: predicted, probability: image.probability)
            }
            if !known.isEmpty { result[run.id] = ClassProbabilities(classes: names, images: known) }
        }
        return result
    }
}
