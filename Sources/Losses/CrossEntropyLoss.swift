internal import Foundation
internal import Settings
internal import TensorCore

/// Mean binary cross-entropy -(y log p + (1 - y) log(1 - p)).
///
/// Logarithms take at least 1e-12, so that a probability of exactly 0 or 1 has a finite loss.
struct CrossEntropyLoss: ImageLoss {
    let reduction: LossReduction

    init(_ values: SettingValues) {
        reduction = values[ReductionSettings.self].reduction
    }

    func value(_ pixels: Pixels, scale: Double) -> Double {
        let least = 1e-12
        let share = scale / Double(pixels.count)
        var sum = 0.0
        for index in 0..<pixels.count {
            let (p, y) = pixels[index]
            if y > 0 {
                let hit = p.isNaN ? p : max(p, least)
                sum -= y * log(hit)
                pixels.add(-share * y / hit, at: index)
            }
            if y < 1 {
                let miss = p.isNaN ? p : max(1 - p, least)
                sum -= (1 - y) * log(miss)
                pixels.add(share * (1 - y) / miss, at: index)
            }
        }
        return sum / Double(pixels.count)
    }
}

extension LossEntry {
    static let crossEntropy = LossEntry(
        "xe", title: "XE", citation: "binary cross-entropy",
        settings: [ReductionSettings.self]
    ) { CrossEntropyLoss($0) }
}
