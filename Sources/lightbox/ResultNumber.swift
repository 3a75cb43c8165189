import Foundation

/// Numbers in tables for people.
enum ResultNumber {
    /// At most six significant digits, no superfluous zeros: 0.9531, 12.5, 3.2e-05.
    static func short(_ value: Double) -> String {
        String(format: "%.6g", value)
    }
}
