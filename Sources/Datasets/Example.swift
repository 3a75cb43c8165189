/// One image of a dataset: what is known about it beside its pixels.
public struct Example: Sendable, Equatable, Codable {
    /// The file stem, unique in its dataset: `MCUCXR_0001_0`.
    public let id: String
    /// False when no mask was released for the image; its pixels in `Dataset.masks` are zero.
    public let hasMask: Bool
    /// Index into the dataset's class names, nil when the class is unknown.
    public let classIndex: Int?
    /// Images of the same patient share this; nil where the release does not say.
    public let patient: String?
    /// Path of the image file, empty for images made in memory.
    public let imagePath: String
    /// Columns of the file, in pixels.
    public let originalWidth: Int
    /// Rows of the file, in pixels.
    public let originalHeight: Int
    /// The radiologist's notes, where the release has them.
    public let reading: ClinicalReading?
    /// The split that the user's own table assigns, nil when there is none.
    public let assignedSplit: DataSplit.Part?
    /// The side of the mask that the published definitions call positive.
    public let publishedPositive: MaskSide

    /// Describes an example.
    public init(
        id: String, hasMask: Bool, classIndex: Int? = nil, patient: String? = nil,
        imagePath: String = "", originalWidth: Int, originalHeight: Int,
        reading: ClinicalReading? = nil, assignedSplit: DataSplit.Part? = nil,
        publishedPositive: MaskSide = .foreground
    ) {
        self.id = id
        self.hasMask = hasMask
        self.classIndex = classIndex
        self.patient = patient
        self.imagePath = imagePath
        self.originalWidth = originalWidth
        self.originalHeight = originalHeight
        self.reading = reading
        self.assignedSplit = assignedSplit
        self.publishedPositive = publishedPositive
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

    /// Reads the Montgomery form (`Patient's Sex: F`, `Patient's Age: 027Y`, finding) and the
    /// Shenzhen form (`male 63yrs`, finding).
    public init(text: String) {
        var sex: String?
        var age: Int?
        var finding: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            let value = words.last.map(String.init)
            if line.hasPrefix("Patient's Sex:") {
                sex = value
            } else if line.hasPrefix("Patient's Age:") {
                age = value.flatMap { Int($0.prefix { $0.isNumber }) }
            } else if sex == nil, let first = words.first?.lowercased(),
                first.hasPrefix("male") || first.hasPrefix("female")
            {
                sex = first.hasPrefix("m") ? "M" : "F"
                age = words.dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) }
            } else if !words.isEmpty {
                finding.append(words.joined(separator: " "))
            }
        }
        self.init(sex: sex, age: age, finding: finding.joined(separator: " "))
    }
}
