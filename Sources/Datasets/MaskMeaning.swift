/// What the masks of a data set show, as its entry says: never told from the name of a file.
public struct MaskMeaning: Sendable, Equatable, Codable {
    /// Whether masks show lungs, so that their covered fraction can be judged.
    public let showsLungs: Bool
    /// The side that the published definitions call positive; nil where each part of the data set
    /// has its own.
    public let publishedPositive: MaskSide?

    /// Masks of lungs.
    static func lungs(publishedPositive: MaskSide?) -> MaskMeaning {
        MaskMeaning(showsLungs: true, publishedPositive: publishedPositive)
    }

    /// Masks of anything else; nothing published calls their background positive.
    static let structure = MaskMeaning(showsLungs: false, publishedPositive: .foreground)
}

/// A side of a mask.
public enum MaskSide: String, Sendable, Equatable, Codable {
    /// What the mask covers.
    case foreground
    /// The rest of the image.
    case background
}
