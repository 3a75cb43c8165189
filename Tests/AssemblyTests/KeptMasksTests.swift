import Domain
import Foundation
import Hashing
import Testing

@testable import Assembly

/// The file of the masks that a run kept: what is written is read, and nothing else.
struct KeptMasksTests {
    private static let digest = String(repeating: "0af9", count: 16)
    private static let size = ImageSize(height: 3, width: 5)

    private static func runs(_ seed: Int) -> MaskRuns {
        MaskRuns(
            BinaryMask(
                (0..<size.pixels).map { UInt8(($0 * (seed + 3) + seed) % 7 / 4) },
                height: size.height, width: size.width))
    }

    private static func kept(
        images: [String] = ["a", "é/b"], weights: [WeightsKind] = [.best, .last]
    ) throws -> KeptMasks {
        try KeptMasks(
            digest: digest, size: size, structures: ["lungs", "heart"], images: images,
            runs: Dictionary(
                uniqueKeysWithValues: weights.enumerated().map { number, kind in
                    (
                        kind,
                        images.indices.map { image in
                            [runs(4 * number + 2 * image), runs(4 * number + 2 * image + 1)]
                        }
                    )
                }))
    }

    @Test func whatIsWrittenIsRead() throws {
        let written = try Self.kept()
        let masks = try KeptMasks(written.bytes, path: "x.masks")
        #expect(masks.digest == Self.digest && masks.size == Self.size)
        #expect(masks.structures == ["lungs", "heart"] && masks.images == ["a", "é/b"])
        #expect(masks.weights == [.best, .last])
        for (number, kind) in [WeightsKind.best, .last].enumerated() {
            for (place, image) in masks.images.enumerated() {
                let first = 4 * number + 2 * place
                #expect(
                    masks.masks(of: image, weights: kind)
                        == [Self.runs(first).pixels, Self.runs(first + 1).pixels])
            }
        }
        #expect(masks.masks(of: "c", weights: .best) == nil)
        let one = try Self.kept(weights: [.last])
        #expect(one.weights == [.last] && one.masks(of: "a", weights: .best) == nil)
        #expect(one.masks(of: "a", weights: .last) == [Self.runs(0).pixels, Self.runs(1).pixels])
    }

    /// Each refusal is one sentence with the file's name.
    private func refuse(_ bytes: [UInt8], _ what: String = "") {
        #expect(throws: KeptMasksError.self, "\(what)") {
            do {
                _ = try KeptMasks(bytes, path: "x.masks")
            } catch {
                let sentence = "\(error)"
                #expect(sentence.hasPrefix("x.masks has no masks that can be read: found"))
                #expect(what.isEmpty || sentence.contains(what), "\(sentence)")
                #expect(!sentence.contains("\n"))
                throw error
            }
        }
    }

    @Test func aFileThatIsCutAnywhereIsRefused() throws {
        let bytes = try Self.kept().bytes
        for end in bytes.indices { refuse(Array(bytes[..<end])) }
        refuse(bytes + [0], "another checksum")
    }

    @Test func aFlippedBitIsFound() throws {
        let bytes = try Self.kept().bytes
        for place in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << bit
                refuse(changed)
            }
        }
    }

    /// A file whose checksum is right and whose content is not.
    private func forged(_ parts: [[UInt8]], mark: String = "LBMASKS1") -> [UInt8] {
        let bytes = Array(mark.utf8) + [UInt8](repeating: 7, count: 32) + parts.flatMap(\.self)
        let sum = CRC32C.checksum(bytes)
        return bytes + (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
    }

    private func name(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }

    /// Sizes that lie neither end the process nor take its memory.
    @Test func liesAreToldInASentence() throws {
        let whole: [[UInt8]] = [
            [2], [2], [1], name("m"), [1], name("a"), [1], [0], [0, 1, 3],
        ]
        #expect(
            try KeptMasks(forged(whole), path: "x").masks(of: "a", weights: .best) == [
                [1, 0, 0, 0]
            ])
        let huge: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]
        let cases: [(place: Int, part: [UInt8], what: String)] = [
            (0, [0], "0 as a height"), (0, huge, "4294967295 as a height, expected 1 to 8192"),
            (1, [0x81, 0x40], "8193 as a width"), (0, [0x82, 0x00], "a number that is too long"),
            (0, [0xFF, 0xFF, 0xFF, 0xFF, 0x10], "too long"),
            (2, [0], "0 as structures"), (2, [0xFF, 0x01], "255 structures in"),
            (2, [0x80, 0x02], "256 as structures, expected 1 to 255"),
            (4, huge, "4294967295 as images"), (4, [0x80, 0x85, 0x3D], "1000064 as images"),
            (4, [0xBF, 0x84, 0x3D], "images in"), (4, [0], "0 as images"),
            (5, [0], "no text"), (5, [2, 0xC3, 0x28], "no text"), (5, huge, "4294967295 more"),
            (4, [2], "0 as sets of weights"), (6, [0], "0 as sets"), (6, [3], "3 as sets"),
            (6, [2], "0 and 1 in order"), (7, [2], "the weights 2"),
            (8, [], "an end within a number"), (8, [0, 1], "an end within a number"),
            (8, [0, 1, 4], "a mask of 5 pixels, expected 4"), (8, [0, 0, 4], "a run of no pixels"),
            (8, [0] + huge, "a mask of 4294967295 pixels"),
            (8, [4, 0], "1 bytes behind the last mask"),
        ]
        for (place, part, what) in cases {
            var parts = whole
            parts[place] = part
            refuse(forged(parts), what)
        }
        var twice = whole
        (twice[4], twice[5], twice[8]) = ([2], name("a") + name("a"), [4, 4])
        refuse(forged(twice), "the name 'a' twice")
        refuse(forged(whole, mark: "LBMASKS2"), "the version sign 50, expected 49")
        refuse(forged(whole, mark: "PNGMASKS"), "another beginning")
    }

    /// Bytes at random behind a good beginning: an answer or a sentence.
    @Test func bytesAtRandom() throws {
        var state: UInt64 = 5
        func next() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
        var read = 0
        for _ in 0..<20_000 {
            let tail = (0..<Int(next() % 12)).map { _ in next() % 5 }
            let bytes = forged([[1], [2], [1], name("m"), [1], name("a"), [1], [0], tail])
            do {
                let masks = try KeptMasks(bytes, path: "x")
                #expect(masks.masks(of: "a", weights: .best)?.first?.count == 2)
                read += 1
            } catch {
                #expect("\(error)".contains("found"))
            }
        }
        #expect(read > 100)
    }
}
