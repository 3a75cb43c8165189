import Domain
import TensorCore
import Testing

@testable import Metrics

struct DistanceTransformTests {
    @Test("equals brute force", arguments: [(1, 1), (1, 9), (9, 1), (7, 8), (13, 31), (20, 20)])
    func bruteForce(height: Int, width: Int) {
        var random = RandomSource(seed: UInt64(height * 100 + width))
        for density in [0.02, 0.3, 0.9] {
            var marked = (0..<height * width).map { _ -> UInt8 in
                random.uniform() < density ? 1 : 0
            }
            marked[random.integer(below: marked.count)] = 1
            let result = DistanceTransform.squared(marked, height: height, width: width)
            for index in marked.indices {
                let (row, column) = (index / width, index % width)
                let nearest = marked.indices.filter { marked[$0] != 0 }.map {
                    let (dr, dc) = ($0 / width - row, $0 % width - column)
                    return dr * dr + dc * dc
                }.min()
                #expect(nearest == Int(result[index]))
            }
        }
    }

    /// In millimetres, of pixels that are not square and of some that are.
    @Test(arguments: [
        (1, 9, 0.2, 0.5), (9, 1, 0.2, 0.5), (7, 8, 3, 0.1), (13, 31, 0.7, 1.9), (20, 20, 0.5, 0.5),
    ])
    func millimetres(height: Int, width: Int, rows: Double, columns: Double) {
        let spacing = PixelSpacing(rows: rows, columns: columns)
        var random = RandomSource(seed: UInt64(height * 100 + width))
        for density in [0.02, 0.3, 0.9] {
            var marked = (0..<height * width).map { _ -> UInt8 in
                random.uniform() < density ? 1 : 0
            }
            marked[random.integer(below: marked.count)] = 1
            let result = DistanceTransform.squared(
                marked, height: height, width: width, spacing: spacing)
            for index in marked.indices {
                let nearest = marked.indices.filter { marked[$0] != 0 }.map {
                    let down = Double($0 / width - index / width) * rows
                    let across = Double($0 % width - index % width) * columns
                    return down * down + across * across
                }.min()
                #expect(abs((nearest ?? -1) - result[index]) < 1e-9)
            }
        }
    }

    @Test func boundariesAreMeasuredInMillimetres() {
        // One pixel in the corner of each, three rows and four columns apart.
        var first = [UInt8](repeating: 0, count: 30), second = first
        first[0] = 1
        second[3 * 6 + 4] = 1
        let target = BinaryMask(first, height: 5, width: 6)
        let prediction = BinaryMask(second, height: 5, width: 6)
        func distance(_ rows: Double, _ columns: Double) -> Double {
            SurfaceDistances(
                target: target, prediction: prediction,
                spacing: PixelSpacing(rows: rows, columns: columns)
            ).maximum
        }
        #expect(SurfaceDistances(target: target, prediction: prediction).maximum == 5)
        #expect(distance(0.5, 0.5) == 2.5)
        #expect(abs(distance(4, 0.75) - 153.0.squareRoot()) < 1e-12)
        let empty = BinaryMask([UInt8](repeating: 0, count: 30), height: 5, width: 6)
        let none = SurfaceDistances(
            target: target, prediction: empty, spacing: PixelSpacing(rows: 4, columns: 2.5))
        #expect(none.maximum == 25)
    }
}
