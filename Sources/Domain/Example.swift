/// One image of a data set: what is known about it beside its pixels.
public struct Example: Sendable, Equatable, Codable {
    /// The file stem, unique in its data set: `MCUCXR_0001_0`.
    public let id: String
    /// False when no mask was released for the image; its pixels are zero.
    public let hasMask: Bool
    /// Index into the data set's class names, nil when the class is unknown.
    public let classIndex: Int?
    /// Images of the same patient share this; nil where the release does not say.
    public let patient: String?
    /// Where the image was taken, in a data set of several places: the name of one of them.
    public let site: String?
    /// Path of the image file, empty for images made in memory.
    public let imagePath: String
    /// Columns of the file, in pixels.
    public let originalWidth: Int
    /// Rows of the file, in pixels.
    public let originalHeight: Int
    /// The radiologist's notes, where the release has them.
    public let reading: ClinicalReading?
    /// The split that the user's own table assigns, nil when there is none.
    public let assignedSplit: SplitPart?
    /// The side of the mask that the published definitions call positive.
    public let publishedPositive: MaskSide
    /// The distance between pixels of the file; nil where it does not say.
    public let spacing: PixelSpacing?

    /// Describes an example.
    public init(
        id: String, hasMask: Bool, classIndex: Int? = nil, patient: String? = nil,
        site: String? = nil, imagePath: String = "", originalWidth: Int, originalHeight: Int,
        reading: ClinicalReading? = nil, assignedSplit: SplitPart? = nil,
        publishedPositive: MaskSide = .foreground, spacing: PixelSpacing? = nil
    ) {
        self.id = id
        self.hasMask = hasMask
        self.classIndex = classIndex
        self.patient = patient
        self.site = site
        self.imagePath = imagePath
        self.originalWidth = originalWidth
        self.originalHeight = originalHeight
        self.reading = reading
        self.assignedSplit = assignedSplit
        self.publishedPositive = publishedPositive
        self.spacing = spacing
    }
}

/// What a release's reading says about a patient.
public struct ClinicalReading: Sendable, Equatable, Codable {
    /// `F`, `M` or as written.
    public let sex: String?
    /// Age in years.
    public let age: Int?
    /// The finding in the reader's words.
    public let finding: String

    /// A reading from its parts.
    public init(sex: String?, age: Int?, finding: String) {
        self.sex = sex
        self.age = age
        self.finding = finding
    }
}
