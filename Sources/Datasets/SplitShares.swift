/// How many images are tested, and how many of the others validate.
public struct SplitShares: Sendable, Equatable {
    /// Images tested and validating, of so many.
    let test: Int, validation: Int, all: Int

    /// 25 % are tested; 10 % of the rest validate; both rounded up.
    public static let standard = SplitShares(test: 0, validation: 0, all: 0)
    /// P2's patches: 713 train, 42 validate, 139 are tested, of 894; of other numbers as much.
    public static let patches = SplitShares(test: 139, validation: 42, all: 894)

    /// The number of tested images of so many.
    func tested(of count: Int) -> Int {
        guard all > 0 else { return Int((Double(count) * 0.25).rounded(.up)) }
        return rounded(count * test)
    }

    /// The number of validating images where `count` are divided and `rest` are not tested.
    func validating(of count: Int, rest: Int) -> Int {
        guard all > 0 else { return Int((Double(rest) * 0.1).rounded(.up)) }
        return rounded(count * validation)
    }

    private func rounded(_ product: Int) -> Int { max(1, (2 * product + all) / (2 * all)) }
}
