import Foundation
import Hashing
import Imaging

/// One example in memory.
struct LoadedExample: Sendable {
    let example: Example
    /// `side * side` normalised gray values.
    let image: [Float]
    /// `side * side` of 0 or 1.
    let mask: [UInt8]
    /// The files read: the image, then the masks.
    let files: [HashedFile]
    let fault: LungMaskFault?

    init(
        _ source: ExampleSource, options: LoadOptions, showsLungs: Bool
    ) throws(DatasetError) {
        let side = options.side
        var files: [HashedFile] = []
        func reduced(_ url: URL) throws(ImagingError) -> ReducedImage {
            let stamp = FileStamp(of: url)
            let bytes = try ImageFile.bytes(of: url)
            files.append(HashedFile(url: url, stamp: stamp, digest: SHA256.hex(of: bytes)))
            return try ImageFile.reduce(bytes, name: url.path, width: side, height: side)
        }
        do throws(ImagingError) {
            let reducedImage = try reduced(source.image)
            var image = reducedImage.values
            options.normalisation.apply(to: &image)
            var coverage = [Float](repeating: 0, count: side * side)
            for file in source.masks {
                let part = try reduced(file).coverage
                for i in coverage.indices { coverage[i] += part[i] }
            }
            var mask = coverage.map { UInt8($0 >= 0.5 ? 1 : 0) }
            fault = source.isMasked && showsLungs ? LungMaskFault.correct(&mask) : nil
            self.image = image
            self.mask = mask
            self.files = files
            example = source.example(
                width: reducedImage.info.width, height: reducedImage.info.height)
        } catch {
            throw .image(error)
        }
    }
}

extension ExampleSource {
    /// The description of the example, its file being `width` x `height`.
    func example(width: Int, height: Int) -> Example {
        Example(
            id: id, hasMask: isMasked, classIndex: classIndex, patient: patient,
            imagePath: image.path, originalWidth: width, originalHeight: height,
            reading: clinicalReading, assignedSplit: assignedSplit,
            publishedPositive: publishedPositive)
    }

    /// The reading from the release's table or the image's own file, nil without either.
    var clinicalReading: ClinicalReading? {
        if let reading { return reading }
        guard let readingFile, let bytes = try? ImageFile.bytes(of: readingFile) else { return nil }
        return ClinicalReading(text: String(decoding: bytes, as: UTF8.self))
    }
}
