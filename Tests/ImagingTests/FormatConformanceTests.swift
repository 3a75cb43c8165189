import Foundation
import Testing

@testable import Imaging

/// What holds of every format: the tests walk the registry, so that a new entry is tested too.
struct FormatConformanceTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    static var names: [String] { ImageFormatRegistry.names }

    private func format(_ name: String) throws -> ImageFormat {
        try #require(ImageFormatRegistry.find(name))
    }

    private func sample(of name: String) throws -> FormatSample {
        try #require(FormatSample.all.first { $0.name == name })
    }

    private func bytes(of name: String) throws -> [UInt8] {
        try sample(of: name).bytes(FormatSample.image)
    }

    private func file(of format: ImageFormat) -> String {
        "somewhere/a." + (format.endings.first ?? "")
    }

    @Test func endingsAreUnique() {
        let endings = ImageFormatRegistry.all.flatMap(\.endings)
        #expect(Set(endings).count == endings.count)
        #expect(endings.allSatisfy { $0 == $0.lowercased() && !$0.hasPrefix(".") })
    }

    @Test(arguments: names)
    func theContentDecidesWhateverTheName(name: String) throws {
        let format = try format(name)
        let sample = try sample(of: name)
        let bytes = try bytes(of: name)
        #expect(ImageFormat.of(bytes, name: file(of: format))?.name == name)
        // What the first bytes tell, no name hides; what they do not tell, only the format's own name does.
        for other in ["a", "a.txt", ""]
            + ImageFormatRegistry.all.flatMap(\.endings).map({ "a." + $0 })
        where !format.endings.contains(String(other.dropFirst(2))) {
            #expect(
                ImageFormat.of(bytes, name: other)?.name == (sample.isToldByContent ? name : nil),
                "\(other)")
        }
    }

    @Test(arguments: names)
    func whatIsNotReadNamesAWayOut(name: String) throws {
        let format = try format(name)
        let (bytes, file) = (try bytes(of: name), file(of: format))
        guard !format.isRead else {
            let image = try ImageFile.decode(bytes, name: file)
            let info = try ImageFile.info(bytes, name: file)
            #expect(image.pixels.count == image.width * image.height)
            #expect(info.width == image.width && info.height == image.height)
            #expect(info.maximum == image.maximum)
            #expect(image.pixels.allSatisfy { $0 <= image.maximum })
            let reduced = try ImageFile.reduce(bytes, name: file, width: 5, height: 3)
            #expect(reduced.values == AreaAverage.reduce(image, width: 5, height: 3))
            #expect(reduced.info == info)
            return
        }
        let error = #expect(throws: ImagingError.self) { try ImageFile.decode(bytes, name: file) }
        #expect(throws: ImagingError.self) { try MaskImage(bytes, name: file) }
        let text = error?.description ?? ""
        #expect(text.contains("\(name) file") && text.contains("magick"), "\(text)")
    }

    @Test(arguments: names)
    func aFileCutAtAnyByteIsRefusedWithASentence(name: String) throws {
        let format = try format(name)
        let (bytes, file) = (try bytes(of: name), file(of: format))
        let sample = try sample(of: name)
        for count in 0..<bytes.count - sample.trailer where !sample.isWhole(count) {
            do throws(ImagingError) {
                _ = try ImageFile.decode(Array(bytes.prefix(count)), name: file)
                Issue.record("the first \(count) of \(bytes.count) bytes were decoded")
            } catch {
                #expect(error.description.contains(file))
                #expect(!error.description.contains("\n"))
            }
        }
    }

    @Test(arguments: names)
    func aPictureAboveTheLimitIsRefusedBeforeItIsDecoded(name: String) throws {
        let format = try format(name)
        guard let reader = format.reader else { return }
        let (bytes, file) = (try bytes(of: name), file(of: format))
        let reads: [() throws -> Void] = [
            { _ = try reader.info(bytes, file, 100) }, { _ = try reader.decode(bytes, file, 100) },
        ]
        for read in reads {
            let error = #expect(throws: ImagingError.self) { try read() }
            guard case .tooLarge(_, let width, let height, 100) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(width * height > 100)
        }
        #expect(throws: Never.self) { try reader.decode(bytes, file, 1 << 20) }
    }

    @Test(arguments: names)
    func everyFlippedByteIsAnErrorOrAPicture(name: String) throws {
        let format = try format(name)
        guard let reader = format.reader else { return }
        let (bytes, file) = (try bytes(of: name), file(of: format))
        for position in bytes.indices {
            for flip in [UInt8(0x01), 0x55, 0x80, 0xFF] {
                var broken = bytes
                broken[position] ^= flip
                do throws(ImagingError) {
                    let image = try reader.decode(broken, file, 1 << 20)
                    #expect(image.pixels.count == image.width * image.height)
                    #expect(image.width * image.height <= 1 << 20)
                } catch {
                    #expect(error.description.contains(file))
                }
            }
        }
    }

    @Test(arguments: names)
    func aMaskIsReadOrRefusedAsOne(name: String) throws {
        let format = try format(name)
        guard format.isRead else { return }
        let (bytes, file) = (try bytes(of: name), file(of: format))
        do throws(ImagingError) {
            _ = try MaskImage(bytes, name: file)
            #expect(format.isReadAsMask)
        } catch {
            switch error {
            case .lossyMask:
                #expect(!format.isReadAsMask)
                #expect(error.description.contains("write masks as PNG or GIF"))
            case .notMask: #expect(format.isReadAsMask)
            default: Issue.record("\(error)")
            }
        }
    }

    /// Every decoder beside what Pillow, pydicom and GDCM read.
    @Test func filesAreReadAsOtherLibrariesReadThem() throws {
        struct Fixture: Decodable {
            struct File: Decodable { let width, height, maximum: Int; let sha256: String }
            let files: [String: File]
        }
        let json = try Data(contentsOf: Self.root.appendingPathComponent("Fixtures/formats.json"))
        let fixture = try JSONDecoder().decode(Fixture.self, from: json)
        #expect(fixture.files.count > 25)
        for (path, expected) in fixture.files.sorted(by: { $0.key < $1.key }) {
            let bytes = try ImageFile.bytes(of: FormatSample.corpus.appendingPathComponent(path))
            let image = try ImageFile.decode(bytes, name: path)
            #expect(image.width == expected.width && image.height == expected.height, "\(path)")
            #expect(Int(image.maximum) == expected.maximum, "\(path)")
            #expect(image.digest == expected.sha256, "\(path)")
        }
    }
}
