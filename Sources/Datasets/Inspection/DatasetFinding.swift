import Domain

/// Something wrong or odd about a data set: what `data check` lists, and training goes by.
///
/// An error stops training; warnings and notes stand in the log of every run on the data set.
public struct DatasetFinding: Sendable, Codable, Equatable {
    /// How bad it is.
    public let severity: Severity
    /// Which check found it.
    public let kind: Kind
    /// One sentence.
    public let text: String
    /// Every example or file concerned.
    public let items: [String]

    /// A finding about `items`.
    init(_ severity: Severity, _ kind: Kind, _ text: String, _ items: [String] = []) {
        self.severity = severity
        self.kind = kind
        self.text = text
        self.items = items
    }

    /// A finding that counts its items: `3 masks without an image`; nil without any.
    init?(
        _ severity: Severity, _ kind: Kind, _ items: [String], _ noun: String, _ fault: String
    ) {
        guard !items.isEmpty else { return nil }
        self.init(
            severity, kind, "\(items.count) \(noun)\(items.count == 1 ? "" : "s") \(fault)", items)
    }

    /// The text with the first of the items, for a log: few where they are paths.
    public var sentence: String {
        guard let first = items.first, items != [text] else { return text }
        let count = first.contains("/") ? 2 : 5
        return "\(text): " + items.prefix(count).joined(separator: ", ")
            + (items.count > count ? ", …" : "")
    }

    /// How bad a finding is.
    public enum Severity: String, Sendable, Codable, CaseIterable {
        /// The data set cannot be trained on like this.
        case error
        /// It can, but results may suffer.
        case warning
        /// Worth knowing.
        case note
    }

    /// The checks.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// A file cannot be decoded.
        case brokenFile = "broken-file"
        /// A mask of several values or colours.
        case severalValues = "several-values"
        /// Label maps with values of which no table says what they show.
        case unknownLabels = "unknown-labels"
        /// Structures that overlap where none may.
        case overlap
        /// Masks that differ in the value of inside.
        case otherValue = "other-value"
        /// A mask in which nothing is inside.
        case emptyMask = "empty-mask"
        /// A mask of which nothing is left at the size that is trained.
        case lostMask = "lost-mask"
        /// A mask in which everything is inside.
        case fullMask = "full-mask"
        /// A mask of noise.
        case noisyMask = "noisy-mask"
        /// A mask of the background among masks of the foreground.
        case invertedMask = "inverted-mask"
        /// A mask that lies turned or transposed on its image.
        case turnedMask = "turned-mask"
        /// The mask of another image.
        case otherImagesMask = "other-images-mask"
        /// One mask for several images.
        case equalMasks = "equal-masks"
        /// Images without a mask.
        case missingMask = "missing-mask"
        /// Masks without an image.
        case extraMask = "extra-mask"
        /// Two files claim one example.
        case duplicateName = "duplicate-name"
        /// Mask and image differ in shape.
        case sizeMismatch = "size-mismatch"
        /// A mask that covers an implausible share.
        case lungFraction = "lung-fraction"
        /// An image that shows lungs bright, as a negative does.
        case polarity
        /// An image of one gray.
        case flatImage = "flat-image"
        /// A file without colours where colours are trained.
        case grayImage = "gray-image"
        /// Two images with the same content.
        case duplicateContent = "duplicate-content"
        /// The same content in two parts of a division.
        case contentInTwoSplits = "content-in-two-splits"
        /// Drawn images among taken ones.
        case drawnAmongOthers = "drawn-among-others"
        /// One patient's images in two assigned splits.
        case patientInTwoSplits = "patient-in-two-splits"
        /// The set cannot be divided.
        case cannotSplit = "cannot-split"
        /// Who is where was read from a table.
        case splitTable = "split-table"
        /// Images without a class.
        case missingClass = "missing-class"
        /// Names that differ only in what `NameKey` leaves out.
        case similarNames = "similar-names"
        /// Rows of a table that cannot be used.
        case badRow = "bad-row"
        /// A column of a table that is not read.
        case unknownColumn = "unknown-column"
        /// Files, folders or tables that are not read, since others are.
        case leftOut = "left-out"
        /// Files of a format that is not read.
        case otherFormat = "other-format"
    }
}

extension [DatasetFinding] {
    /// Errors first, then warnings, then notes.
    var bySeverity: [DatasetFinding] {
        DatasetFinding.Severity.allCases.flatMap { severity in filter { $0.severity == severity } }
    }
}
