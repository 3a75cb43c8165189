import Domain

/// What `lightbox data check` finds in one data set.
public struct DatasetReport: Sendable, Codable, Equatable {
    /// The registry name.
    public let dataset: String
    /// The folder it was found in.
    public let folder: String
    /// What was understood of `dataset.yaml` and `structures.csv`, a line each; nil without them.
    public let understood: [String]?
    /// Number of images.
    public let images: Int
    /// Number of images that have their mask.
    public let masked: Int
    /// What the masks that were read show.
    public let structures: [String]
    /// Structures that were drawn too and can be chosen.
    public let choices: [String]
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
    /// Images and masked images of each site, nil where there are not several.
    public let sites: [ClassCount]?
    /// What the clinical readings say; nil where there are none.
    public let readings: Readings?
    /// Whether the images were taken or drawn.
    public let origin: DatasetOrigin
    /// The content's fingerprint; nil when a file cannot be read.
    public let fingerprint: String?
    /// What is wrong or odd, errors first.
    public let findings: [DatasetFinding]

    /// True when nothing would keep the data set from being trained on.
    public var isSound: Bool { !findings.contains { $0.severity == .error } }

    /// Number of images that share a property.
    public struct Count: Sendable, Codable, Equatable {
        /// The property.
        public let name: String
        /// How many images have it.
        public let count: Int
    }

    /// Images of a class, or of a site.
    public struct ClassCount: Sendable, Codable, Equatable {
        /// The class or the site.
        public let name: String
        /// Its images.
        public let images: Int
        /// Its images with a mask.
        public let masked: Int

        /// What stands in place of a class's name for images without one.
        static let none = "(none)"
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
        /// Range of the ages in years from 0 to 200, nil when none is given.
        public let age: Spread?

        /// Sums readings up; nil without any.
        init?(_ readings: [ClinicalReading]) {
            guard !readings.isEmpty else { return nil }
            count = readings.count
            female = readings.count(where: { $0.sex == "F" })
            male = readings.count(where: { $0.sex == "M" })
            age = Spread(
                readings.compactMap(\.age).filter { (0...200).contains($0) }.map(Double.init))
        }
    }
}
