import Foundation
import Imaging

@testable import Datasets

/// A small copy of a data set's layout, whole.
struct DatasetSample: Sendable {
    /// The data set's name in its registry.
    let name: String
    /// The name under which it is read here.
    let readAs: String
    /// Writes the files below a folder.
    let write: @Sendable (TemporaryFolder) throws -> Void

    init(
        _ name: String, readAs: String? = nil,
        write: @escaping @Sendable (TemporaryFolder) throws -> Void
    ) {
        self.name = name
        self.readAs = readAs ?? name
        self.write = write
    }

    /// Every data set's; a new one is one line here.
    static let all: [DatasetSample] = [
        .montgomery, .shenzhen, .jsrt, .combined, .spine, .ownFolder, .phantom,
    ]
}

extension DatasetSample {
    static let montgomery = phantoms("mcx", .mcx)
    static let shenzhen = phantoms("scx", .scx)
    static let jsrt = phantoms("jcx", .jcx)
    static let combined = phantoms("ccx", .mcx, .scx, .jcx)
    /// Of five patches a patient.
    static let spine = phantoms("spine", count: 20, .spine)
    static let ownFolder = DatasetSample("folder", readAs: "folder:own") { folder in
        let set = try MaskSet()
        try FileManager.default.copyItem(
            at: set.folder.url, to: folder.url.appendingPathComponent("own"))
    }
    /// Drawn in memory.
    static let phantom = DatasetSample("phantom") { _ in }

    private static func phantoms(
        _ name: String, count: Int = 10, _ layouts: PhantomLayout...
    ) -> DatasetSample {
        DatasetSample(name) { folder in
            for layout in layouts { try folder.write(layout, count: count) }
        }
    }

    /// Images and masks of `MaskSet` as PNG files below two folders: `place/images`, `place/masks`.
    static func pairs(
        _ name: String, in place: String, named stem: @escaping @Sendable (Int) -> String
    ) -> DatasetSample {
        DatasetSample(name) { folder in
            for part in ["images", "masks"] {
                try FileManager.default.createDirectory(
                    at: folder.url.appendingPathComponent("\(place)/\(part)"),
                    withIntermediateDirectories: true)
            }
            for index in 0..<10 {
                func put(_ bytes: [UInt8], _ part: String) throws {
                    try ImageFile.write(
                        bytes,
                        to: folder.url.appendingPathComponent(
                            "\(place)/\(part)/\(stem(index)).png"))
                }
                try put(PNG.encode(MaskSet.image(index)), "images")
                try put(
                    PNG.encode(
                        mask: MaskSet.pixels(index), width: MaskSet.width, height: MaskSet.height),
                    "masks")
            }
        }
    }
}
