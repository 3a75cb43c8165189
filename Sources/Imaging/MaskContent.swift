/// What a mask's file shows: one structure, or several where a table names its values.
///
/// Training, `data check` and `predict --mask` read every mask's file here.
public enum MaskContent: Sendable {
    /// One structure.
    case one(MaskImage)
    /// Several, a value each.
    case several(LabelMap)

    /// Reads a file in memory; `name` is its path.
    ///
    /// - Parameter labels: what its values show; nil for a file of one structure.
    public init(
        _ bytes: [UInt8], name: String, labels: MaskLabels? = nil
    ) throws(ImagingError) {
        if let labels {
            self = .several(try LabelMap(bytes, name: name, labels: labels))
        } else {
            self = .one(try MaskImage(bytes, name: name))
        }
    }

    /// What the file says about itself.
    public var info: ImageInfo {
        switch self {
        case .one(let mask): mask.info
        case .several(let map): map.info
        }
    }

    /// The mask of a structure; of a file that shows one, that.
    public func mask(of structure: String?) -> MaskImage {
        switch self {
        case .one(let mask): mask
        case .several(let map): map.mask(of: structure ?? "")
        }
    }
}
