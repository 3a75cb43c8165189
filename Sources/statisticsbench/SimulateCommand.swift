import ArgumentParser
import Foundation
import Statistics

/// `statisticsbench simulate`: how often the tests are wrong, and how often they find what there is.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract:
            "Null calibration, power and coverage on a model of the store's rows, as Markdown.")

    @Option(help: "The store that the model is fitted to.")
    var store = "results/shipped/results.db"

    @Option(help: "Comparisons of each kind.")
    var comparisons = 2000

    private struct Shares {
        var network = 0, plain = 0, signs = 0, images = 0, same = 0
        var covered = 0, coveredWhole = 0, twoLevel = 0

        mutating func add(
            _ networks: [[Int64: Double]], overlap: Double, truth: Double, whole: Bool
        ) {
            let means = networks.map { network in
                network.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
                    / Double(network.count)
            }
            guard let test = PairedTTest(means, overlap: overlap), let naive = PairedTTest(means)
            else { return }
            if test.pValue < 0.05 { network += 1 }
            if naive.pValue < 0.05 { plain += 1 }
            if let p = SignFlip.pValue(means), p < 0.05 { signs += 1 }
            if test.equivalence(margin: 0.005) < 0.05 { same += 1 }
            if test.interval().contains(truth) { covered += 1 }
            let byImage = Dictionary(grouping: networks.joined(), by: \.key)
                .sorted { $0.key < $1.key }
                .map { $0.value.reduce(0) { $0 + $1.value } / Double($0.value.count) }
            if let p = WilcoxonSignedRank(byImage)?.pValue, p < 0.05 { images += 1 }
            if whole,
                let interval = TwoLevelBootstrap.interval(
                    networks, overlap: overlap, resamples: 300)
            {
                twoLevel += 1
                if interval.contains(truth) { coveredWhole += 1 }
            }
        }
    }

    private func shares(
        _ model: TwoLevelModel, _ design: TwoLevelModel.Design, seeds: Int, truth: Double,
        random: inout RandomStream
    ) -> Shares {
        var shares = Shares()
        let overlap = design == .oneSplit ? 0 : TwoLevelModel.ratio
        for index in 0..<comparisons {
            shares.add(
                model.draw(design, seeds: seeds, difference: truth, using: &random),
                overlap: overlap, truth: truth, whole: index < 1000)
        }
        return shares
    }

    func run() throws {
        let pairs = try ShippedRows(store).pairs(dataset: "mcx", labels: 100, seeds: 3)
        let model = TwoLevelModel(pairs)
        var random = RandomStream()
        func percent(_ count: Int, of all: Int? = nil) -> String {
            String(format: "%.1f", 100 * Double(count) / Double(all ?? comparisons))
        }
        func number(_ value: Double) -> String { String(format: "%.4f", value) }

        print(
            """
            # How often the tests are wrong, and what they find

            `statisticsbench simulate --comparisons \(comparisons)`. The model is fitted to \
            \(pairs.count) pairs of settings of the shipped Montgomery runs with all labels: the \
            difference in Dice of two networks of different settings has a standard deviation of \
            \(number(model.networkSD)) between networks and of \(number(model.imageSD)) between a \
            network's images (residuals are the rows' own, with their tails). \
            \(TwoLevelModel.testImages) test images. All numbers are percent of \(comparisons) \
            simulated comparisons; the standard error of 5 % is \
            \(String(format: "%.1f", 100 * (0.05 * 0.95 / Double(comparisons)).squareRoot())).

            - **networks**: the paired t-test over seeds that marks † and bold; where the seed redraws \
            the split, with Nadeau and Bengio's correction.
            - **uncorrected**: the same without the correction.
            - **signs**: the exact sign-flip test; of five seeds it cannot reach 0.05.
            - **images**: what marked † before: Wilcoxon's test over images, each averaged over the \
            seeds.

            ## Settings that do not differ: share of p < 0.05

            The first design has one split for all seeds, the second redraws it with the seed. In the \
            third the two settings are as good as each other over all training sets but not on each: \
            seeds share a part of the difference, as overlapping training sets make them.

            | design | seeds | networks | uncorrected | signs | images |
            | --- | --: | --: | --: | --: | --: |
            """)
        let designs: [(String, TwoLevelModel.Design)] = [
            ("one split", .oneSplit), ("redrawn", .redrawn), ("redrawn, dependent", .dependent),
        ]
        for (name, design) in designs {
            for seeds in [5, 10, 20] {
                let found = shares(model, design, seeds: seeds, truth: 0, random: &random)
                print(
                    "| \(name) | \(seeds) | \(percent(found.network)) | \(percent(found.plain)) | "
                        + "\(seeds <= SignFlip.limit ? percent(found.signs) : "–") | "
                        + "\(percent(found.images)) |")
            }
        }
        print(
            """

            ## Settings that differ: share of p < 0.05

            | design | difference | seeds | networks | images | worked out beforehand |
            | --- | --: | --: | --: | --: | --: |
            """)
        let sd =
            (model.networkSD * model.networkSD
            + model.imageSD * model.imageSD / Double(TwoLevelModel.testImages)).squareRoot()
        for (name, design) in designs.prefix(2) {
            for truth in [0.002, 0.005, 0.01] {
                for seeds in [5, 10, 20] {
                    let found = shares(model, design, seeds: seeds, truth: truth, random: &random)
                    let expected = TTestPower.power(
                        difference: truth, sd: sd, n: seeds,
                        overlap: design == .oneSplit ? 0 : TwoLevelModel.ratio)
                    print(
                        "| \(name) | \(truth) | \(seeds) | \(percent(found.network)) | "
                            + "\(percent(found.images)) | "
                            + "\(String(format: "%.1f", 100 * expected)) |")
                }
            }
        }
        print(
            """

            The last column is what `lightbox plan --detect` says. It supposes that redrawn splits make \
            seeds depend on each other as much as they may; where they do not, more is found.

            ## Intervals and "same within 0.005"

            Share of 95 % intervals that hold the true difference, and of comparisons said to be the \
            same within 0.005: wrongly where the true difference is 0.005. The interval over networks and images (two levels) \
            speaks of other images too, and is cautious about these.

            | design | difference | seeds | t interval | two levels | said to be the same |
            | --- | --: | --: | --: | --: | --: |
            """)
        for (name, design) in designs {
            for truth in [0.0, 0.005] {
                for seeds in [5, 10] {
                    let found = shares(model, design, seeds: seeds, truth: truth, random: &random)
                    print(
                        "| \(name) | \(truth) | \(seeds) | \(percent(found.covered)) | "
                            + "\(percent(found.coveredWhole, of: found.twoLevel)) | "
                            + "\(percent(found.same)) |")
                }
            }
        }
    }
}
