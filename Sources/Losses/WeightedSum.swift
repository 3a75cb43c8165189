internal import TensorCore

/// a A + b B of two losses over the same pixels.
struct WeightedSum<First: ImageLoss, Second: ImageLoss>: ImageLoss {
    let a: Double
    let first: First
    let b: Double
    let second: Second
    var reduction: LossReduction { first.reduction }

    func value(_ pixels: Pixels, scale: Double) -> Double {
        a * first.value(pixels, scale: a * scale) + b * second.value(pixels, scale: b * scale)
    }
}

extension LossEntry {
    /// KLTV = a KL + b TV (P1 Eq. 3 and 4), a = b = 1.
    static let klTversky = LossEntry(
        name: "kltv", title: "KLTV", citation: "Imran & Terzopoulos 2019, Eq. 3 and 4"
    ) {
        WeightedSum(a: $0.a, first: AbsoluteKLLoss($0), b: $0.b, second: TverskyLoss($0))
    }

    /// XETV = a XE + b TV, a = b = 1.
    static let xeTversky = LossEntry(
        name: "xetv", title: "XETV", citation: "Imran & Terzopoulos 2019"
    ) {
        WeightedSum(a: $0.a, first: CrossEntropyLoss($0), b: $0.b, second: TverskyLoss($0))
    }
}
