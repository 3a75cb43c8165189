/// What the masks of a data set show, as its entry says: never told from the name of a file.
public struct MaskMeaning: Sendable, Equatable, Codable {
    /// What each of the K masks of an image shows.
    public let structures: [String]
    /// Whether masks show lungs, so that their covered fraction can be judged.
    public let showsLungs: Bool
    /// The side that the published definitions call positive; nil where each part of the data set
    /// has its own.
    public let publishedPositive: MaskSide?

    /// Masks of lungs.
    public static func lungs(publishedPositive: MaskSide?) -> MaskMeaning {
        MaskMeaning(
            structures: ["lungs"], showsLungs: true, publishedPositive: publishedPositive)
    }

    /// Masks of one other structure; nothing published calls their background positive.
    public static func structure(_ name: String) -> MaskMeaning {
        MaskMeaning(structures: [name], showsLungs: false, publishedPositive: .foreground)
    }
}

/// A side of a mask.
public enum MaskSide: String, Sendable, Equatable, Codable {
    /// What the mask covers.
    case foreground
    /// The rest of the image.
    case background
}
