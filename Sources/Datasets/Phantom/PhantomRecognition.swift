import Foundation
import Imaging

/// Tells drawn images from taken ones.
struct PhantomRecognition {
    /// Ids of the images that are known to be drawn.
    let drawn: [String]
    private let count: Int

    /// Fingerprints of sets that were drawn before drawings were marked: 64 images of 256 x 256 in
    /// Montgomery's layout with seed 1, what `make demo` draws.
    static let knownFingerprints: Set = [
        "d6d2e2949b336b8c55b09666b0a14bcece35229c15429169d0910dda84aebf71"
    ]

    /// Whether one of them is.
    var isAny: Bool { !drawn.isEmpty }

    /// Says that drawn images lie among others, which makes all of them phantoms.
    var findings: [DatasetFinding] {
        guard isAny, drawn.count < count else { return [] }
        return [
            DatasetFinding(
                .warning, .drawnAmongOthers, drawn, "image",
                "drawn by 'lightbox data phantom' among \(count - drawn.count) others: results on "
                    + "this data set count as those of phantoms, never of patients")
        ].compactMap(\.self)
    }

    /// Looks at a data set whose image files have these digests, one a source.
    init(
        of sources: [ExampleSource], images digests: [String], fingerprint: String, in folder: URL
    ) {
        count = sources.count
        if Self.knownFingerprints.contains(fingerprint) {
            drawn = sources.map(\.id)
            return
        }
        let folders = Set(sources.map(\.image.folderPath)).union([folder.path])
        let places = Set(
            folders.map { URL(fileURLWithPath: $0) }.flatMap {
                [$0.path, $0.folderPath]
            })
        var drawn: Set<String> = []
        for place in places {
            let folder = URL(fileURLWithPath: place)
            let manifest = PhantomManifest(folder.appendingPathComponent(PhantomManifest.fileName))
            drawn.formUnion(manifest?.files.values ?? [:].values)
            drawn.formUnion(PhantomJournal(in: folder).files.values)
        }
        self.drawn = zip(sources, digests).filter { source, digest in
            drawn.contains(digest) || PhantomMark.isIn(source.image)
        }.map(\.0.id)
    }

    /// Whether an image is what `data phantom` draws under that name with one of the first seeds:
    /// drawings from before they were marked, or whose list got lost. One image tells of all.
    static func isRedrawn(_ source: ExampleSource?) -> Bool {
        guard
            let source, let (layout, index) = place(of: source.id),
            let bytes = try? ImageFile.bytes(of: source.image), bytes.count <= largest,
            let image = try? ImageFile.decode(bytes, name: source.image.path),
            image.width == image.height, image.width <= 1024
        else { return false }
        return seeds.contains { seed in
            let options = PhantomOptions(
                count: index + 1, size: .square(image.width), seed: seed)
            guard let writer = try? PhantomWriter(layout: layout, options: options) else {
                return false
            }
            return writer.image(index).pixels == image.pixels
        }
    }

    /// Seeds that are tried: a set of real images is compared with as many drawings.
    private static let seeds: [UInt64] = [1, 2, 3]
    /// No drawing of that side has more bytes.
    private static let largest = 4 << 20

    /// The layout and number of a drawing, from its name.
    private static func place(of id: String) -> (PhantomLayout, Int)? {
        for layout in PhantomLayout.allCases {
            let prefix = PhantomWriter.id(of: 0, layout: layout).prefix(3)
            guard id.hasPrefix(layout == .spine ? "P0" : prefix) else { continue }
            let index = (0..<64).first { PhantomWriter.id(of: $0, layout: layout) == id }
            if let index { return (layout, index) }
        }
        return nil
    }
}
