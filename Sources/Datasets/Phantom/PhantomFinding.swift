/// What a phantom patient has; it decides the class of the image.
enum PhantomFinding: Sendable {
    /// Clear lungs.
    case none
    /// Patchy opacities, mostly in the upper zones, some with a cavity.
    case tuberculosis
    /// One round shadow.
    case nodule
    /// A vertebral body that has lost height.
    case fracture

    /// The class names of a layout, and the finding of each class.
    static func classes(of layout: PhantomLayout) -> [(name: String, finding: PhantomFinding)] {
        switch layout {
        case .mcx, .scx, .folder: [("normal", .none), ("tuberculosis", .tuberculosis)]
        case .jcx: [("normal", .none), ("nodule", .nodule)]
        case .spine: [("normal", .none), ("fractured", .fracture)]
        }
    }

    /// The class of image `index`, spread evenly in the release's own shares: 58 of 138 abnormal
    /// in Montgomery, 336 of 662 in Shenzhen, 154 of 247 in JSRT; half of the vertebrae.
    static func classIndex(of index: Int, in layout: PhantomLayout) -> Int {
        let (abnormal, total) =
            switch layout {
            case .mcx, .folder: (58, 138)
            case .scx: (336, 662)
            case .jcx: (154, 247)
            case .spine: (1, 2)
            }
        return (index + 1) * abnormal / total - index * abnormal / total
    }
}
