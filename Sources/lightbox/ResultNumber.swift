import Foundation

/// Numbers in tables for people.
enum ResultNumber {
    /// At most six significant digits, no superfluous zeros: 0.9531, 12.5, 3.2e-05.
    static func short(_ value: Double) -> String {
        String(format: "%.6g", value)
    }

    /// Digits behind the point with which the numbers of one column stand below each other: as many
    /// as any needs, and as the largest has of six significant ones. Nil where a small number would
    /// lose what it says by that, and where one is none.
    static func decimals(_ values: [Double]) -> Int? {
        guard let largest = values.map(abs).max(), values.allSatisfy(\.isFinite), largest < 1e15
        else { return nil }
        let forms = values.filter { $0 != 0 }.map(form)
        let needed = forms.map { $0.digits - 1 - $0.exponent }.max() ?? 0
        let room = largest == 0 ? 0 : 5 - form(largest).exponent
        let decimals = max(0, min(needed, room))
        let isEnough = forms.allSatisfy { decimals + $0.exponent + 1 >= min($0.digits, 3) }
        return isEnough ? decimals : nil
    }

    /// Of six significant digits those up to the last that is not 0, and the power of ten of the first.
    private static func form(_ value: Double) -> (digits: Int, exponent: Int) {
        let parts = String(format: "%.5e", abs(value)).split(separator: "e")
        let digits = parts[0].filter { $0 != "." }
        return (digits.reversed().drop { $0 == "0" }.count, Int(parts[1]) ?? 0)
    }
}
