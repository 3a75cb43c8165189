import Testing

@testable import Domain

struct MaskRunsTests {
    private func runs(_ pixels: [UInt8]) -> MaskRuns {
        MaskRuns(BinaryMask(pixels, height: 1, width: pixels.count))
    }

    @Test(
        arguments: [
            ([0, 0, 1, 1, 1, 0], [2, 3, 1]), ([1, 0], [0, 1, 1]), ([0, 0], [2]), ([1, 1], [0, 2]),
            ([0, 1, 0, 1], [1, 1, 1, 1]),
        ] as [([UInt8], [UInt32])])
    func lengthsAndBack(pixels: [UInt8], lengths: [UInt32]) throws {
        #expect(runs(pixels).lengths == lengths)
        #expect(runs(pixels).pixels == pixels)
        #expect(MaskRuns(lengths: lengths, pixels: pixels.count) == runs(pixels))
    }

    /// Every mask has one list of lengths, and no other list is a mask's.
    @Test(
        arguments: [[], [0], [3], [5], [2, 0, 2], [0, 0, 4], [1, 3, 0], [.max, 5]] as [[UInt32]])
    func whatIsNoMask(lengths: [UInt32]) {
        #expect(MaskRuns(lengths: lengths, pixels: 4) == nil)
    }
}
