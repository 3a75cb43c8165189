internal import Domain
public import RunStore

/// The address of a run's test image, beside what another run makes of it where there is one.
public typealias ImageAddressing =
    @Sendable (_ run: RunID, _ image: String, _ beside: RunID?) -> String

/// Links from what stands for a test image to the image's page, where there are pages.
struct ImageLinks {
    private let names: [Int64: String]
    private let address: ImageAddressing
    private let measure: String

    /// Links of these images, by number; nil where there are no pages, as in a report's file.
    init?(_ images: some Sequence<Int64>, in data: ReportData) throws {
        guard let address = data.source.imageAddress else { return nil }
        self.address = address
        names = try data.source.store.reportImageNames(Set(images).sorted())
        measure = data.objectiveMeasure.title
    }

    /// The link of an image that these runs tested: to the first of them.
    ///
    /// - Parameter value: what the mark shows, the mean of the runs.
    func link(_ image: Int64, testedBy runs: [RunID], value: Double) -> SVG.Link? {
        guard let name = names[image], let run = runs.min() else { return nil }
        let text = "\(name): \(measure) \(NumberFormat.plain(value, decimals: 3))"
        return SVG.Link(
            address: address(run, name, nil),
            title: runs.count == 1
                ? "\(text), run \(run)" : "\(text), mean of \(runs.count) runs; shows run \(run)")
    }

    /// The link of an image that two runs tested.
    func link(
        _ image: Int64, of run: RunID, value: Double, beside other: RunID, otherValue: Double
    ) -> SVG.Link? {
        names[image].map { name in
            let (own, others) = (
                NumberFormat.plain(value, decimals: 3), NumberFormat.plain(otherValue, decimals: 3)
            )
            return SVG.Link(
                address: address(other, name, run),
                title: "\(name): \(measure) \(own) of run \(run), \(others) of run \(other)")
        }
    }
}

/// What each test image measured on average over some runs, and which of them tested it.
struct ImageMeans {
    /// By the image's number.
    let images: [Int64: (value: Double, runs: [RunID])]

    /// The means over `runs`.
    init(_ runs: [RunID], _ values: [RunID: [ReportImageValue]]) {
        var found: [Int64: [(value: Double, run: RunID)]] = [:]
        for run in runs {
            for image in values[run] ?? [] {
                found[image.image, default: []].append((image.value, run))
            }
        }
        images = found.mapValues { tested in
            (tested.reduce(0) { $0 + $1.value } / Double(tested.count), tested.map(\.run))
        }
    }
}
