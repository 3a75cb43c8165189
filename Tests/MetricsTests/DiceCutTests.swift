import Domain
import Testing

@testable import Metrics

/// The cut that is best on some images, beside one that is looked for the long way.
@Suite struct DiceCutTests {
    private func dice(_ target: [UInt8], _ map: [Float], from cut: Float) -> Double {
        ConfusionCounts(
            target: BinaryMask(target, height: 1, width: target.count),
            prediction: BinaryMask(map.map { $0 >= cut ? 1 : 0 }, height: 1, width: map.count)
        ).dice
    }

    @Test func itIsTheBestOfAll() {
        var random = SystemlessRandom()
        for round in 0..<20 {
            var search = DiceCut()
            var images: [(target: [UInt8], map: [Float])] = []
            for _ in 0..<3 {
                let target = (0..<40).map { _ in UInt8(random.next() > 0.6 ? 1 : 0) }
                let map = target.map { pixel in
                    // On the grid itself in every other round.
                    let value = 0.3 * Float(pixel) + 0.7 * random.next()
                    return round % 2 == 0 ? value : (value * 100).rounded() / 100
                }
                images.append((target, map))
                search.add(
                    target: BinaryMask(target, height: 1, width: 40), probabilities: map)
            }
            let means = (1...99).map { step in
                images.reduce(0) { $0 + dice($1.target, $1.map, from: Float(Double(step) / 100)) }
            }
            let best = means.max() ?? 0
            let found = search.best ?? 0
            let step = Int((found * 100).rounded())
            #expect(abs(means[step - 1] - best) < 1e-12)
            let nearer = (1...99).filter { abs($0 - 50) < abs(step - 50) }
            #expect(nearer.allSatisfy { means[$0 - 1] < best })
        }
    }

    @Test func equalOnesStayAtOneHalf() {
        var search = DiceCut()
        #expect(search.best == nil)
        search.add(target: BinaryMask([1, 0], height: 1, width: 2), probabilities: [0.9, 0.1])
        #expect(search.best == 0.5)
        // 0.31 to 0.4 are perfect; the nearest to one half wins.
        search.add(target: BinaryMask([1, 0], height: 1, width: 2), probabilities: [0.4, 0.3])
        #expect(search.best == 0.4)
        search.add(target: BinaryMask([0, 0], height: 1, width: 2), probabilities: [.nan, 0])
        #expect(search.best == 0.4)
    }

    @Test func structuresHaveTheirOwn() {
        var evaluation = SegmentationEvaluation(structures: ["lungs", "heart"])
        let target = BinaryMask([1, 0], height: 1, width: 2)
        let example = SegmentationCase(target: target, prediction: target)
        evaluation.update(example, id: "a", structure: 0, probabilities: [0.4, 0.1])
        evaluation.update(example, id: "a", structure: 1)
        #expect(evaluation.bestCuts == [0.4, nil])
    }
}

/// A few numbers from 0 to 1, the same each time.
private struct SystemlessRandom {
    private var state: UInt64 = 7

    mutating func next() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) / Float(1 << 24)
    }
}
