/// What `lightbox data check` finds in one dataset.
public struct DatasetReport: Sendable, Codable, Equatable {
    /// The registry name.
    public let dataset: String
    /// The folder it was found in.
    public let folder: String
    /// Number of images.
    public let images: Int
    /// Number of images that have their mask.
    public let masked: Int
    /// Number of mask files that belong to an image.
    public let maskFiles: Int
    /// Images and masked images of each class, in class order; images without a class last.
    public let classes: [ClassCount]
    /// Image sizes, the most frequent first: `256 x 256`.
    public let sizes: [Count]
    /// Kinds of image pixels, the most frequent first: `8-bit gray`.
    public let pixels: [Count]
    /// Share of the image that the mask covers; nil without masks.
    public let maskFraction: Spread?
    /// Number of distinct patients, nil where the release does not name them.
    public let patients: Int?
    /// What the clinical readings say; nil where there are none.
    public let readings: Readings?
    /// The content's fingerprint; nil when a file cannot be read.
    public let fingerprint: String?
    /// What is wrong or odd, errors first.
    public let findings: [Finding]

    /// True when nothing would keep the dataset from being loaded.
    public var isSound: Bool { !findings.contains { $0.severity == .error } }

    /// Number of images that share a property.
    public struct Count: Sendable, Codable, Equatable {
        /// The property.
        public let name: String
        /// How many images have it.
        public let count: Int
    }

    /// Images of a class.
    public struct ClassCount: Sendable, Codable, Equatable {
        /// The class.
        public let name: String
        /// Its images.
        public let images: Int
        /// Its images with a mask.
        public let masked: Int
    }

    /// Range of a quantity.
    public struct Spread: Sendable, Codable, Equatable {
        /// Smallest value.
        public let least: Double
        /// Arithmetic mean.
        public let mean: Double
        /// Largest value.
        public let greatest: Double

        /// The range of some values; nil without any.
        init?(_ values: [Double]) {
            guard let least = values.min(), let greatest = values.max() else { return nil }
            self.least = least
            self.greatest = greatest
            mean = values.reduce(0, +) / Double(values.count)
        }
    }

    /// What the clinical readings say about the patients together.
    public struct Readings: Sendable, Codable, Equatable {
        /// Images with a reading.
        public let count: Int
        /// Those of women and of men.
        public let female: Int, male: Int
        /// Range of the ages in years, nil when none is given.
        public let age: Spread?

        /// Sums readings up; nil without any.
        init?(_ readings: [ClinicalReading]) {
            guard !readings.isEmpty else { return nil }
            count = readings.count
            female = readings.count(where: { $0.sex == "F" })
            male = readings.count(where: { $0.sex == "M" })
            age = Spread(readings.compactMap(\.age).map(Double.init))
        }
    }

    /// Something wrong or odd.
    public struct Finding: Sendable, Codable, Equatable {
        /// How bad it is.
        public let severity: Severity
        /// Which check found it.
        public let kind: Kind
        /// One sentence.
        public let text: String
        /// Every example or file concerned.
        public let items: [String]
    }

    /// How bad a finding is.
    public enum Severity: String, Sendable, Codable, CaseIterable {
        /// The dataset cannot be loaded like this.
        case error
        /// It loads, but results may suffer.
        case warning
        /// Worth knowing.
        case note
    }

    /// The checks.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// A file cannot be decoded.
        case brokenFile = "broken-file"
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
        /// Two images with the same content.
        case duplicateContent = "duplicate-content"
        /// One patient's images in two assigned splits.
        case patientInTwoSplits = "patient-in-two-splits"
        /// Images without a class.
        case missingClass = "missing-class"
    }
}
