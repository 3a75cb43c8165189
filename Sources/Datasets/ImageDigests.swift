public import Foundation
public import Imaging

extension DatasetEntry {
    /// The digest of each image's file, by the image's name: equal files have equal digests, in whatever
    /// data set they are. Nil for images made in memory.
    ///
    /// Files that were seen before and have not changed are not read again.
    ///
    /// - Parameter names: the images that are asked for; nil for all.
    public func imageDigests(
        below root: DataRoot, of names: Set<String>? = nil
    ) throws(DatasetError) -> [String: String]? {
        guard let listing = try list?(root) else { return nil }
        let sources = listing.sources.filter { names?.contains($0.id) ?? true }
        let table = DatasetCache.standard().map(DigestTable.init)
        let found = parallelMap(sources.count) { index -> Result<String, DatasetError> in
            let file = sources[index].image
            if let known = table?.digest(of: file) { return .success(known) }
            do throws(ImagingError) {
                return .success(try Self.imageDigest(of: file))
            } catch {
                return .failure(.image(error))
            }
        }
        var digests: [String: String] = [:]
        for (source, digest) in zip(sources, found) { digests[source.id] = try digest.get() }
        return digests
    }

    /// The digest of one image's file, as `imageDigests` has it.
    public static func imageDigest(of file: URL) throws(ImagingError) -> String {
        PhantomMark.digest(of: try ImageFile.bytes(of: file))
    }
}
