/// Something in an image that masks show: one mask a structure is trained, predicted and measured.
public struct Structure: Sendable, Hashable, Codable {
    /// The name in experiment files, stores and reports: `lungs`.
    public let name: String
    /// The drawn parts whose union it is, by their names in the data set: `left lung`, `right lung`.
    public let parts: [String]
    /// What its covered fraction must look like; nil where nothing is known about that.
    public let lungs: Lungs?

    /// How much of the lungs a structure is.
    public enum Lungs: String, Sendable, Hashable, Codable {
        /// Both.
        case both
        /// One of the two.
        case one
    }

    /// A structure that is the union of `parts`; of itself where none are given.
    public init(_ name: String, of parts: [String] = [], lungs: Lungs? = nil) {
        self.name = name
        self.parts = parts.isEmpty ? [name] : parts
        self.lungs = lungs
    }

    /// Names a choice of every part of a data set.
    public static let all = "all"
    /// Stands for the choice of the data set itself where choices are listed.
    public static let standard = "default"

    /// Whether a structure may have this name: letters, digits, spaces, `-` and `_`, at most 64,
    /// with a letter or digit at both ends. So names can stand in lists, file names and behind a
    /// `/` in the names of measures.
    public static func isName(_ text: String) -> Bool {
        let letters = text.unicodeScalars
        guard let first = letters.first, let last = letters.last, letters.count <= 64 else {
            return false
        }
        func isLetter(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
        return isLetter(first) && isLetter(last) && ![all, standard].contains(text)
            && letters.allSatisfy { isLetter($0) || $0 == " " || $0 == "-" || $0 == "_" }
    }
}

/// Why structures cannot be chosen.
public enum StructureError: Error, Equatable {
    /// A name that the data set does not have; `known` lists what can be chosen.
    case unknown(name: String, known: [String])
    /// A name that is chosen twice.
    case repeated(name: String)
}
