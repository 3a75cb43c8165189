import Foundation

/// Numbers in tables for people.
enum ResultNumber {
    /// At most six significant digits, no superfluous zeros: 0.9531, 12.5, 3.2e-05.
    static func short(_ value: Double) -> String {
        // Tables have many: `String(format:)` takes several times as long for the same text.
        withVaList([value]) { arguments in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { text in
                vsnprintf(text.baseAddress, text.count, "%.6g", arguments)
                return text.baseAddress.map { String(cString: $0) } ?? ""
            }
        }
    }

    /// The numbers of one column with their points below each other: with as many digits behind it as
    /// any needs, and as the largest has of six significant ones. Nil where a small number would
    /// lose what it says by that, and where one is none or has more than 15 digits.
    static func aligned(_ values: [Double]) -> [String]? {
        let texts = values.map(short)
        let forms = texts.compactMap(Form.init)
        guard forms.count == texts.count, forms.allSatisfy({ $0.exponent ?? 0 < 15 }) else {
            return nil
        }
        let needed = forms.map(\.decimals).max() ?? 0
        let room = 5 - (forms.compactMap(\.exponent).max() ?? 5)
        let decimals = max(0, min(needed, room))
        let isEnough = forms.allSatisfy { form in
            form.exponent.map { decimals + $0 + 1 >= min(form.digits, 3) } ?? true
        }
        guard isEnough else { return nil }
        return values.indices.map { index in
            let (text, form) = (texts[index], forms[index])
            if form.isPower || form.decimals > decimals {
                return String(format: "%.\(decimals)f", values[index])
            }
            let point = form.decimals == 0 && decimals > 0 ? "." : ""
            return text + point + String(repeating: "0", count: decimals - form.decimals)
        }
    }

    /// What a short text says of its number: how many digits stand behind the point, how many are
    /// significant, without zeros at the end, and the power of ten of the first; nil for 0.
    private struct Form {
        var decimals = 0, digits = 0
        var exponent: Int?
        /// Whether the text itself has a power of ten, and so is not what stands in the column.
        var isPower = false

        /// Nil for what is no number.
        init?(_ text: String) {
            if let mark = text.firstIndex(of: "e") {
                guard let mantissa = Form(String(text[..<mark])),
                    let power = Int(text[mark...].dropFirst())
                else { return nil }
                (digits, exponent, isPower) = (mantissa.digits, power, true)
                decimals = max(0, digits - 1 - power)
                return
            }
            var count = 0, last = 0
            var first: Int?
            var whole: Int?
            for byte in text.utf8.drop(while: { $0 == UInt8(ascii: "-") }) {
                switch byte {
                case UInt8(ascii: ".") where whole == nil: whole = count
                case UInt8(ascii: "0"): count += 1
                case UInt8(ascii: "1")...UInt8(ascii: "9"):
                    first = first ?? count
                    last = count
                    count += 1
                default: return nil
                }
            }
            decimals = count - (whole ?? count)
            if let first {
                exponent = (whole ?? count) - 1 - first
                digits = last - first + 1
            }
        }
    }
}
