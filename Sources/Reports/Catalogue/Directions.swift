internal import Domain
internal import RunStore
internal import Statistics

/// Counts which of a paper's comparisons come out the same way in our runs.
struct Directions {
    /// A claim of the form "`better` over `worse`, all else equal".
    struct Claim {
        let axis: Axis
        let better: String
        let worse: String
        let metric: String
    }

    let data: ReportData
    let figures: [ReportPublished]

    /// One sentence a claim that the paper prints figures for.
    func sentences(_ claims: [Claim]) -> [String] { claims.compactMap(sentence) }

    private func sentence(_ claim: Claim) -> String? {
        let measure = data.vocabulary.measure(claim.metric)
        let sign: Double = measure.direction == .higherIsBetter ? 1 : -1
        let relevant = figures.filter { $0.metric == claim.metric }
        var printed = 0, printedHolds = 0, ours = 0, oursHolds = 0, agree = 0, comparable = 0
        for better in relevant where value(of: better, claim.axis) == claim.better {
            guard
                let worse = relevant.first(where: {
                    value(of: $0, claim.axis) == claim.worse && isSame($0, better, but: claim.axis)
                })
            else { continue }
            let theirs = sign * (better.value - worse.value)
            printed += 1
            if theirs > 0 { printedHolds += 1 }
            guard let a = mean(better, claim.metric), let b = mean(worse, claim.metric) else {
                continue
            }
            let mine = sign * (a - b)
            ours += 1
            if mine > 0 { oursHolds += 1 }
            if theirs != 0 {
                comparable += 1
                if theirs * mine > 0 { agree += 1 }
            }
        }
        guard printed > 0 else { return nil }
        let name =
            "\(claim.axis.text(claim.better, in: data.vocabulary)) over "
            + "\(claim.axis.text(claim.worse, in: data.vocabulary)) (\(plainTitle(measure.title)))"
        let paper = "the paper's figures say so in \(printedHolds) of \(printed) pairs"
        guard ours > 0 else { return "\(name): \(paper); we have no such pair yet." }
        return "\(name): \(paper); ours in \(oursHolds) of \(ours), and \(agree) of the "
            + "\(comparable) that both have go the paper's way."
    }

    private func mean(_ figure: ReportPublished, _ metric: String) -> Double? {
        let titles = data.titles(ofPaperName: figure.dataset)
        let runs = data.completed.filter {
            titles.contains($0.dataset) && $0.model == figure.model
                && $0.procedure == figure.procedure && $0.loss == figure.loss
                && $0.labels == figure.labels
        }
        return Summary(runs.compactMap { data.number($0.id, metric) })?.mean
    }

    private func value(of figure: ReportPublished, _ axis: Axis) -> String {
        switch axis {
        case .dataset: figure.dataset
        case .model: figure.model
        case .procedure: figure.procedure
        case .loss: figure.loss
        default: NumberFormat.short(figure.labels)
        }
    }

    private func isSame(_ a: ReportPublished, _ b: ReportPublished, but axis: Axis) -> Bool {
        [Axis.dataset, .model, .procedure, .loss, .labels].allSatisfy {
            $0 == axis || value(of: a, $0) == value(of: b, $0)
        }
    }

    private func plainTitle(_ title: String) -> String {
        title.hasSuffix(" (published)") ? String(title.dropLast(12)) : title
    }
}
