import Foundation
import Hashing

/// Names of files made from names that somebody else chose: experiments, data sets, runs.
public enum FileName {
    /// Longest name in bytes; endings and numbers still fit behind it.
    static let longest = 120

    /// One path component for `name`, which leads out of no folder.
    ///
    /// Letters, digits, '-', '_' and '.' stay. A name with anything else, one that is empty, begins
    /// with a dot or is too long gets a digest, so that different names stay different.
    public static func encoded(_ name: String) -> String {
        let scalars = name.unicodeScalars
        let isPlain =
            !name.isEmpty && !name.hasPrefix(".") && name.utf8.count <= longest
            && scalars.allSatisfy(isAllowed)
        if isPlain { return name }
        var text = ""
        for scalar in scalars {
            let sign = isAllowed(scalar) ? String(scalar) : "-"
            if text.utf8.count + sign.utf8.count > longest - 9 { break }
            text += sign
        }
        let words = text.split(whereSeparator: { $0 == "-" || $0 == "." })
        return (words.isEmpty ? "name" : words.joined(separator: "-")) + "-"
            + SHA256.hex(of: name).prefix(8)
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        CharacterSet.alphanumerics.contains(scalar) || "-_.".unicodeScalars.contains(scalar)
    }
}
