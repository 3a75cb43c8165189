import Datasets
public import Domain
public import Imaging

/// Networks of several runs that answer together: the mean of their probabilities, and how far they
/// disagree.
///
/// The mean is taken in 64 bits, in the order of the runs' digests, at the size that the networks were
/// trained on: the same runs give the same bits, whatever their numbers, the order in which somebody
/// names them, and the number of threads. One run alone gives what it gives.
public final class Ensemble {
    /// What the members say about one image together.
    public struct Answer: Sendable {
        /// Mean probability of each structure at each pixel, row by row, in the order of `structures`.
        public let masks: [[Float]]
        /// The sample standard deviation (n - 1) of the probabilities that were averaged, at each
        /// pixel of each structure; empty where there is one only.
        public let uncertainty: [[Float]]
        /// Mean probability of each class, in the order of `classNames`; empty without classes.
        public let classes: [Double]
    }

    /// The members, by digest.
    public let members: [Predictor]
    /// How the names of structures and classes change in a mirrored image; nil where none is asked for.
    private let mirror: (structures: MirrorPairs, classes: MirrorPairs)?

    private var first: Predictor { members[0] }

    /// The classes that the members tell, in index order; empty for mere segmentors.
    public var classNames: [String] { first.classNames }
    /// The structures that the members segment; empty for mere classifiers.
    public var structures: [String] { first.structures }
    /// Whether a pixel shows one of them at most.
    public var areExclusive: Bool { first.areExclusive }
    /// How many planes of an image the members see.
    public var channels: Int { first.shape.channels }
    /// Whether the members give masks.
    public var givesMasks: Bool { first.givesMasks }
    /// How many answers are averaged: two of a member with mirrored images.
    public var count: Int { members.count * (mirror == nil ? 1 : 2) }

    /// Unites runs, of which there is at least one.
    ///
    /// - Parameter mirrors: whether each member also sees the image mirrored from left to right. Its
    ///   maps are mirrored back, and those of left and right structures change places.
    /// - Throws: `PredictionError.different` where two differ in what they segment or tell, or in the
    ///   size of their images; `.unmirrored` where a left structure has no right one.
    public init(_ members: [Predictor], mirrors: Bool = false) throws(PredictionError) {
        precondition(!members.isEmpty, "an ensemble has a member at least")
        for other in members.dropFirst() {
            for (one, two) in zip(members[0].traits, other.traits) where one != two {
                throw .different(
                    run: members[0].id, trait: one, other: other.id, otherTrait: two)
            }
        }
        self.members = members.sorted { $0.digest < $1.digest }
        mirror =
            mirrors
            ? (try MirrorPairs(members[0].structures), try MirrorPairs(members[0].classNames))
            : nil
    }

    /// What the members say about `image`, prepared for each as its own images were; masks and
    /// uncertainty are enlarged back by bilinear interpolation. What was cut off is 0 in them.
    ///
    /// - Parameter planes: of the image, as `ImageFile.planes` gives them for `channels`.
    public func answer(forPlanes planes: [GrayImage]) -> Answer {
        let (width, height) = (planes[0].width, planes[0].height)
        let placement = first.preparation.placement(width: width, height: height)
        let answer = answer(for: members.map { $0.preparation(planes) }, at: placement)
        func enlarge(_ map: [Float]) -> [Float] {
            Bilinear.enlarge(
                placement.lifted(map, outside: 0), placement.scaled, width: width, height: height)
        }
        return Answer(
            masks: answer.masks.map(enlarge), uncertainty: answer.uncertainty.map(enlarge),
            classes: answer.classes)
    }

    /// What the members say about an image as their networks see it; masks have that size.
    ///
    /// - Parameters:
    ///   - images: the image's `[H, W, C]` values, prepared for each of `members`.
    ///   - placement: where it lies in them.
    public func answer(for images: [[Float]], at placement: ImagePlacement) -> Answer {
        let shape = first.shape
        var maps = structures.map { _ in ProbabilityMean(count: shape.pixels) }
        var classes = ProbabilityMean(count: classNames.count)
        for (member, image) in zip(members, images) {
            let straight = member.answer(for: image, at: placement)
            for (index, map) in straight.masks.enumerated() { maps[index].add(map) }
            classes.add(straight.classes)
            guard let mirror else { continue }
            let turned = member.answer(
                for: image.mirrored(width: shape.width, channels: shape.channels),
                at: placement.mirrored)
            for (index, partner) in mirror.structures.partners.enumerated()
            where givesMasks {
                maps[index].add(turned.masks[partner].mirrored(width: shape.width))
            }
            if !classNames.isEmpty {
                classes.add(mirror.classes.partners.map { turned.classes[$0] })
            }
        }
        return Answer(
            masks: maps.map { $0.mean.map { Float($0) } },
            uncertainty: count > 1 ? maps.map(\.deviation) : [], classes: classes.mean)
    }
}

/// Mean and deviation of several lists of probabilities, place by place.
private struct ProbabilityMean {
    private var sums: [Double]
    private var squares: [Double]
    private var number = 0

    init(count: Int) {
        sums = [Double](repeating: 0, count: count)
        squares = sums
    }

    mutating func add(_ values: some Collection<Double>) {
        number += 1
        for (index, value) in values.enumerated() {
            sums[index] += value
            squares[index] += value * value
        }
    }

    mutating func add(_ values: [Float]) { add(values.lazy.map { Double($0) }) }

    var mean: [Double] { sums.map { $0 / Double(number) } }

    /// Of the sample; in 64 bits a square of a probability of 32 bits is exact.
    var deviation: [Float] {
        sums.indices.map { index in
            let rest = squares[index] - sums[index] * sums[index] / Double(number)
            return Float((max(0, rest) / Double(max(1, number - 1))).squareRoot())
        }
    }
}
