/// A part of a data set's division, and what is measured on it. Its raw values stand in stores, files
/// and options.
public enum SplitPart: String, Sendable, Hashable, CaseIterable, Codable {
    /// Used to fit weights.
    case train
    /// Used to select the best epoch.
    case validation
    /// Only evaluated.
    case test

    /// The part that a word of a user's table stands for; nil for any other word.
    public init?(word: String) {
        switch word.lowercased() {
        case "train", "training": self = .train
        case "validation", "val", "valid", "dev": self = .validation
        case "test", "testing": self = .test
        default: return nil
        }
    }
}
