import Foundation
import Imaging
import Testing

/// The fuzzers' corpus and findings: every file is an image or one clear error, never a crash.
struct CorpusTests {
    private static let corpus = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fuzz/corpus")

    private func files(_ folder: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: Self.corpus.appendingPathComponent(folder), includingPropertiesForKeys: nil
        ).sorted { $0.path < $1.path }
    }

    @Test(arguments: ["png", "gif", "img", "jpeg", "dicom"])
    func everyFileIsAnImageOrAnError(folder: String) throws {
        var decoded = 0
        let files = try files(folder)
        #expect(!files.isEmpty)
        for file in files {
            let bytes = try ImageFile.bytes(of: file)
            do throws(ImagingError) {
                let image = try ImageFile.decode(bytes, name: file.path)
                #expect(image.pixels.count == image.width * image.height)
                let reduced = try ImageFile.reduce(bytes, name: file.path, width: 8, height: 8)
                #expect(reduced.values == AreaAverage.reduce(image, width: 8, height: 8))
                let mask = try? MaskImage(bytes, name: file.path)
                #expect(mask == nil || mask?.pixels.count == image.pixels.count)
                decoded += 1
            } catch {
                #expect(error.description.contains(file.lastPathComponent))
            }
        }
        #expect(decoded > 0)
    }

    @Test func pngFilesAreReadAsLibpngReadsThem() throws {
        for file in try files("png") {
            let bytes = try ImageFile.bytes(of: file)
            guard let image = try? PNG.decode(bytes, name: file.path) else { continue }
            #expect(try PNG.decodePlainly(bytes, name: file.path) == image, "\(file.path)")
        }
    }
}
