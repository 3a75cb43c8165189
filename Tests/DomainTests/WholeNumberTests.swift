import Testing

@testable import Domain

@Suite struct WholeNumberTests {
    @Test func noNumberIsTooLarge() {
        #expect([2.4, 2.5, -2.5, -0.4].map { Int(nearest: $0) } == [2, 3, -3, 0])
        #expect(Int(nearest: .nan) == 0)
        for value in [1e19, 1e300, .infinity, 9_223_372_036_854_775_808] {
            #expect(Int64(nearest: value) == .max && Int64(nearest: -value) == .min)
        }
        #expect(Int64(nearest: 9.2e18) == 9_200_000_000_000_000_000)
        #expect(UInt8(nearest: -1) == 0 && UInt8(nearest: 255.5) == 255)
    }
}
