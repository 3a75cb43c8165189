import Domain
import Imaging

/// Counts the pixels of an image that lie in more than one structure.
///
/// In the files' own pixels where all have one size, else in those of the arrays, by more than a half
/// of each.
struct StructureOverlap {
    private let shape: ImageShape
    private let isWhole: Bool
    /// How many structures have each pixel.
    private var counts: [UInt16]

    /// Nothing counted yet, in an image with masks of these files.
    init(of files: [ImageInfo], shape: ImageShape) {
        self.shape = shape
        let first = files.first
        isWhole = files.allSatisfy { $0.width == first?.width && $0.height == first?.height }
        let whole = (first?.width ?? 0) * (first?.height ?? 0)
        counts = [UInt16](repeating: 0, count: isWhole ? whole : shape.pixels)
    }

    /// Counts a structure, which is the union of some masks.
    mutating func add(_ masks: [MaskImage]) {
        var own = [UInt8](repeating: 0, count: counts.count)
        for mask in masks {
            if isWhole {
                for index in own.indices { own[index] |= mask.pixels[index] }
            } else {
                let shares = mask.coverage(width: shape.width, height: shape.height)
                for index in own.indices where shares[index] > 0.5 { own[index] = 1 }
            }
        }
        for index in own.indices { counts[index] += UInt16(own[index]) }
    }

    /// How many pixels lie in more than one of the structures.
    var pixels: Int { counts.count { $0 > 1 } }
}
