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
}
