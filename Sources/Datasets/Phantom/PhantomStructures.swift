import Domain

/// How a drawn folder of one's own shows its structures.
public enum PhantomMasks: String, Sendable, Hashable, CaseIterable {
    /// A folder of masks for each structure.
    case folders
    /// Label maps of gray values, and `structures.csv`.
    case labels
    /// Label maps of colours, which `dataset.yaml` names.
    case colours
    /// Files for each structure in one folder, told apart by the ends of their names.
    case suffixes

    /// Whether a pixel shows one structure at most.
    var isExclusive: Bool { self == .labels || self == .colours }
}

/// What phantoms have masks of.
public enum PhantomStructures {
    /// The names that can be drawn.
    public static let names = [
        "lungs", "left lung", "right lung", "heart", "clavicles", "left clavicle", "right clavicle",
    ]

    /// The pixels of a structure; left is the patient's, on the right of the image.
    static func mask(of name: String, in drawn: PhantomGenerator.Radiograph) -> [UInt8] {
        switch name {
        case "left lung": drawn.rightLung
        case "right lung": drawn.leftLung
        case "heart": drawn.heart
        case "left clavicle": drawn.clavicles.right
        case "right clavicle": drawn.clavicles.left
        case "clavicles": zip(drawn.clavicles.left, drawn.clavicles.right).map { $0 | $1 }
        default: drawn.lungs
        }
    }

    /// Throws for names that cannot be drawn or stand twice.
    static func check(_ options: PhantomOptions) throws(DatasetError) {
        for (index, name) in options.structures.enumerated() {
            guard names.contains(name) else {
                throw .badPhantom(
                    reason: "there is no structure '\(name)'"
                        + NearestName.suffix(name, in: names))
            }
            if options.structures[..<index].contains(name) {
                throw .badPhantom(reason: "structures names '\(name)' twice; expected each once")
            }
        }
        if options.structures.isEmpty {
            throw .badPhantom(reason: "structures names none" + NearestName.suffix("", in: names))
        }
    }
}
