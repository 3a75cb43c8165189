import Domain
import Testing

@testable import Datasets

/// How many images are tested and validate.
@Suite struct SplitSharesTests {
    private func parts(_ count: Int, _ shares: SplitShares) throws -> [Int] {
        let examples = (0..<count).map {
            Example(
                id: "i\($0)", hasMask: true, classIndex: $0 % 2, originalWidth: 1, originalHeight: 1
            )
        }
        let split = try DataSplit.make(
            for: "test", examples: examples, twins: [], seed: 1, labelledPercent: 100,
            stratified: false, shares: shares)
        return [split.train.count, split.validation.count, split.test.count]
    }

    /// P2's 894 patches: 713, 42 and 139.
    @Test func patchesAreDividedAsThePaper() throws {
        #expect(try parts(894, .patches) == [713, 42, 139])
        #expect(try parts(447, .patches) == [356, 21, 70])
        #expect(try parts(8, .patches) == [6, 1, 1])
    }

    @Test func theUsualSharesStay() throws {
        #expect(try parts(138, .standard) == [92, 11, 35])
    }
}
