/// Where the images of a data set come from.
public enum DatasetOrigin: String, Sendable, Equatable, Codable {
    /// They were taken, of patients or of anything else.
    case real
    /// At least one of them was drawn by `lightbox data phantom` or in memory.
    case phantom
}
