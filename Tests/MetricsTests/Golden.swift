import Domain
import Foundation

@testable import Metrics

/// `Fixtures/golden.json`, made by `Fixtures/make_golden.py`.
struct Golden: Decodable {
    struct Segmentation: Decodable {
        let height: Int
        let width: Int
        let target: String
        let prediction: String
        let polarity: String
        let values: [String: Double]

        func mask(_ bits: String) -> BinaryMask {
            BinaryMask(
                bits.utf8.map { $0 == UInt8(ascii: "1") ? 1 : 0 }, height: height, width: width)
        }
    }

    struct Classification: Decodable {
        let targets: [Int]
        let probabilities: [[Double]]
        let confusion: [Int]
        let values: [String: Double]
        let classes: [[String: Double]]
    }

    let segmentation: [Segmentation]
    let classification: [Classification]

    static func load() throws -> Golden {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/golden.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }
}
