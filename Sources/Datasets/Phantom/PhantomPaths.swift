internal import Domain
import Foundation

/// Where the files of a layout lie below a folder.
struct PhantomPaths: Sendable {
    let layout: PhantomLayout
    let root: URL
    /// What a folder of one's own has masks of, and how.
    var options = PhantomOptions()

    /// The folder of the images.
    var images: URL { root.appendingPathComponent(imageFolder) }

    private var imageFolder: String {
        switch layout {
        case .mcx: "MontgomerySet/CXR_png"
        case .scx: "ChinaSet_AllFiles/CXR_png"
        case .jcx: "All247images"
        case .spine: "SPINE/images"
        case .folder: "images"
        }
    }

    /// The list of what was drawn, in the folder that is moved as a whole.
    var manifest: URL {
        let folder = layout == .jcx ? images : images.deletingLastPathComponent()
        return folder.appendingPathComponent(PhantomManifest.fileName)
    }

    /// The files of image `index` below the folder: the image, its masks, its reading.
    func files(_ index: Int, id: String) -> [String] {
        let scratch = "scratch/fold\(index % 2 + 1)/masks"
        let others =
            switch layout {
            case .mcx:
                [
                    "MontgomerySet/ManualMask/leftMask/\(id).png",
                    "MontgomerySet/ManualMask/rightMask/\(id).png",
                    "MontgomerySet/ClinicalReadings/\(id).txt",
                ]
            case .scx: ["ChinaSet_AllFiles/mask/\(id)_mask.png"]
            case .jcx:
                DatasetEntry.jsrt.masks.parts.map { "\(scratch)/\($0.name)/\(id).gif" }
            case .spine: ["SPINE/masks/\(id).png"]
            case .folder: PhantomFolder(options).masks(of: id)
            }
        return ["\(imageFolder)/\(id)" + (layout == .jcx ? ".IMG" : ".png")] + others
    }

    /// Every folder to create.
    var folders: [URL] {
        let all = [0, 1].flatMap { files($0, id: "") }.map {
            root.appendingPathComponent($0).deletingLastPathComponent()
        }
        return Array(Set(all)).sorted { $0.path < $1.path }
    }
}
