import Files
public import Foundation
import Imaging

/// What `lightbox data phantom` leaves beside its drawings: `phantom.json`, which files it drew.
///
/// It lies in the folder of its layout (`MontgomerySet`, `ChinaSet_AllFiles`, `All247images`,
/// `SPINE`), so that it goes with the images where they are moved. A file counts as drawn only
/// while it has the content that was drawn: patients unpacked over phantoms are patients.
public struct PhantomManifest: Sendable, Codable, Equatable {
    /// The manifest's file name.
    public static let fileName = "phantom.json"
    private static let currentVersion = 1

    /// Version of the manifest's form.
    public let version: Int
    /// The layout drawn.
    public let layout: PhantomLayout
    /// Number of images drawn last.
    public let count: Int
    /// Their side in pixels, or `original`.
    public let size: String
    /// The seed of every shape.
    public let seed: UInt64
    /// SHA-256 of every file drawn, by its path relative to the folder drawn into.
    public private(set) var files: [String: String]

    init(layout: PhantomLayout, options: PhantomOptions, files: [String: String]) {
        version = Self.currentVersion
        self.layout = layout
        count = options.count
        size = options.size.text
        seed = options.seed
        self.files = files
    }

    /// The manifest of a layout drawn below `folder`; nil where there is none that can be read.
    public init?(of layout: PhantomLayout, below folder: URL) {
        self.init(PhantomPaths(layout: layout, root: folder).manifest)
    }

    init?(_ url: URL) {
        guard
            let bytes = try? ImageFile.bytes(of: url),
            let manifest = try? JSONDecoder().decode(Self.self, from: Data(bytes)),
            manifest.version == Self.currentVersion
        else { return nil }
        self = manifest
    }

    /// Whether the file at `path`, relative to the folder drawn into, was drawn and has not been
    /// changed since; `root` is that folder.
    public func holds(_ path: String, below root: URL) -> Bool {
        PhantomMark.holds(files[path], root.appendingPathComponent(path))
    }

    /// The same with the files of earlier drawings that were not drawn again.
    func keeping(_ earlier: [String: String]) -> PhantomManifest {
        var all = self
        all.files.merge(earlier) { new, _ in new }
        return all
    }

    /// Writes the manifest below the folder drawn into.
    func write(below root: URL) throws(DatasetError) {
        let url = PhantomPaths(layout: layout, root: root).manifest
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(self) else { return }
        try DatasetError.writing { () throws(OutputError) -> Void in
            try OutputRule(existing: .any).file(url.path).write(
                Array(json) + Array("\n".utf8), isListed: false)
        }
    }
}
