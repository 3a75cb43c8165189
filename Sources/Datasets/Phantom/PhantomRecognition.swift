import Foundation

/// Tells drawn images from taken ones.
enum PhantomRecognition {
    /// Fingerprints of sets that were drawn before drawings were marked: 64 images of 256 x 256 in
    /// Montgomery's layout with seed 1, what `make demo` draws.
    static let knownFingerprints: Set = [
        "d6d2e2949b336b8c55b09666b0a14bcece35229c15429169d0910dda84aebf71"
    ]

    /// The origin of a data set whose images have these digests, example by example.
    static func origin(
        of sources: [ExampleSource], digests: [String], fingerprint: String, in folder: URL
    ) -> DatasetOrigin {
        if knownFingerprints.contains(fingerprint) { return .phantom }
        var places: Set<URL> = [folder, folder.deletingLastPathComponent()]
        for source in sources {
            let images = source.image.deletingLastPathComponent()
            places.formUnion([images, images.deletingLastPathComponent()])
        }
        var drawn: Set<String> = []
        for place in places {
            let url = place.appendingPathComponent(PhantomManifest.fileName)
            if let manifest = PhantomManifest(url) { drawn.formUnion(manifest.files.values) }
        }
        return drawn.isDisjoint(with: digests) ? .real : .phantom
    }
}
