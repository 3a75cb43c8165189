import Foundation

/// Where the files of a layout lie below a folder.
struct PhantomPaths: Sendable {
    let layout: PhantomLayout
    let root: URL

    /// The folder of the images.
    var images: URL {
        switch layout {
        case .mcx: root.appendingPathComponent("MontgomerySet/CXR_png")
        case .scx: root.appendingPathComponent("ChinaSet_AllFiles/CXR_png")
        case .jcx: root.appendingPathComponent("All247images")
        case .spine: root.appendingPathComponent("SPINE/images")
        }
    }

    /// An image file.
    func image(_ id: String) -> URL {
        images.appendingPathComponent(id + (layout == .jcx ? ".IMG" : ".png"))
    }

    /// A clinical reading.
    func reading(_ id: String) -> URL {
        root.appendingPathComponent("MontgomerySet/ClinicalReadings/\(id).txt")
    }

    /// The folder of the first mask of image `index`.
    func left(_ index: Int) -> URL {
        switch layout {
        case .mcx: root.appendingPathComponent("MontgomerySet/ManualMask/leftMask")
        case .scx: root.appendingPathComponent("ChinaSet_AllFiles/mask")
        case .jcx: scratch(index, "left lung")
        case .spine: root.appendingPathComponent("SPINE/masks")
        }
    }

    /// The folder of the second mask of image `index`.
    func right(_ index: Int) -> URL {
        switch layout {
        case .mcx: root.appendingPathComponent("MontgomerySet/ManualMask/rightMask")
        case .scx, .spine: left(index)
        case .jcx: scratch(index, "right lung")
        }
    }

    private func scratch(_ index: Int, _ organ: String) -> URL {
        root.appendingPathComponent("scratch/fold\(index % 2 + 1)/masks/\(organ)")
    }

    /// Every folder to create.
    var folders: [URL] {
        let readings = layout == .mcx ? [reading("").deletingLastPathComponent()] : []
        return [images] + readings + [0, 1].flatMap { [left($0), right($0)] }
    }
}
