import Domain
import Testing

struct MaskChangeTests {
    private func mask(_ rows: [String]) -> BinaryMask {
        BinaryMask(
            rows.flatMap { $0.map { $0 == "#" ? 1 : 0 } }, height: rows.count,
            width: rows[0].count)
    }

    private let parts = ["##..#", "##..#", "..#.#", ".....", "##..#"]

    @Test func componentsComeBySizeAndCornersTouch() {
        let found = mask(parts).components
        #expect(found.map(\.count) == [5, 3, 2, 1])
        #expect(found[0].sorted() == [0, 1, 5, 6, 12])
        #expect(mask(["...", "..."]).components.isEmpty)
        let equal = mask(["#.#", "...", "#.."])
        #expect(equal.components == [[0], [2], [6]])
    }

    @Test func theLargestPartsAreKept() {
        let whole = mask(parts)
        #expect(whole.keepingLargest(4) == whole)
        #expect(
            whole.keepingLargest(2) == mask(["##..#", "##..#", "..#.#", ".....", "....."]))
        #expect(whole.keepingLargest(0).isEmpty)
    }

    @Test func shiftsAreFilledWithBackground() {
        let whole = mask(["#..", "##.", "..#"])
        #expect(whole.shifted(rows: 1, columns: 0) == mask(["...", "#..", "##."]))
        #expect(whole.shifted(rows: 0, columns: -1) == mask(["...", "#..", ".#."]))
        #expect(whole.shifted(rows: -1, columns: 1) == mask([".##", "...", "..."]))
        #expect(whole.shifted(rows: 0, columns: 0) == whole)
        for (rows, columns) in [(3, 0), (-3, 0), (0, 3), (0, -5), (9, 9)] {
            #expect(whole.shifted(rows: rows, columns: columns).isEmpty)
        }
    }

    @Test func erosionTakesTheRimAway() {
        let whole = mask([".....", ".###.", ".###.", ".###.", "....."])
        #expect(whole.eroded(by: 0) == whole)
        #expect(whole.eroded(by: 1) == mask([".....", ".....", "..#..", ".....", "....."]))
        #expect(whole.eroded(by: 2).isEmpty)
        // The border of the image is a rim too.
        #expect(mask(["###", "###", "###"]).eroded(by: 1) == mask(["...", ".#.", "..."]))
    }
}
