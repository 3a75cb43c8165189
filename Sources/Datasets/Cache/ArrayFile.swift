import Domain
import Files
import Foundation
import Hashing

/// A decoded data set in one file: a header of JSON, then the images, then the masks.
struct ArrayFile {
    /// What is known only after decoding.
    struct Header: Codable, Equatable {
        var shape: ImageShape
        /// K of the masks.
        var structures: Int
        var ids: [String]
        var widths: [Int]
        var heights: [Int]
        /// Pixel spacing, where files say it; absent where none does.
        var spacings: [PixelSpacing?]?
        var findings: [DatasetFinding]
        var twins: [[Int]]
        /// Whether the images are drawn, though nothing beside them says so.
        var isDrawn: Bool

        /// How many values all masks have.
        var masks: Int { ids.count * shape.pixels * structures }
    }

    let header: Header
    let images: [Float]
    let masks: [UInt8]

    private static let magic = Array("LIGHTBOX-ARRAYS3".utf8)
    private static let prefixBytes = 16 + 3 * 8

    init(header: Header, images: [Float], masks: [UInt8]) {
        self.header = header
        self.images = images
        self.masks = masks
    }

    /// Maps and copies a file; nil when it is absent, cut short or of another version.
    init?(_ url: URL) {
        guard
            let data = try? Data(contentsOf: url, options: .alwaysMapped),
            data.count >= Self.prefixBytes, data.prefix(16).elementsEqual(Self.magic)
        else { return nil }
        func word(_ index: Int) -> Int {
            data.withUnsafeBytes { raw in
                Int(
                    truncatingIfNeeded: raw.loadUnaligned(
                        fromByteOffset: 16 + 8 * index, as: UInt64.self))
            }
        }
        let (headerBytes, count, checksum) = (word(0), word(1), word(2))
        guard
            headerBytes > 0, count > 0, headerBytes < data.count, count < data.count,
            let header = try? JSONDecoder().decode(
                Header.self, from: data.dropFirst(Self.prefixBytes).prefix(headerBytes)),
            header.ids.count * header.shape.count == count,
            data.count == Self.prefixBytes + headerBytes + 4 * count + header.masks,
            header.widths.count == header.ids.count, header.heights.count == header.ids.count
        else { return nil }
        self.header = header
        let start = Self.prefixBytes + headerBytes
        images = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            filled =
                data.copyBytes(
                    to: UnsafeMutableRawBufferPointer(buffer), from: start..<(start + 4 * count))
                / 4
        }
        masks = [UInt8](data[(start + 4 * count)...])
        guard checksum == Self.checksum(images, masks) else { return nil }
    }

    /// Writes through a temporary name, so that no reader sees half; false when that fails.
    func write(to url: URL) -> Bool {
        guard let json = try? JSONEncoder().encode(header) else { return false }
        var data = Data(Self.magic)
        for word in [json.count, images.count, Self.checksum(images, masks)] {
            withUnsafeBytes(of: UInt64(bitPattern: Int64(word))) { data.append(contentsOf: $0) }
        }
        data.append(json)
        images.withUnsafeBytes { data.append(contentsOf: $0) }
        data.append(contentsOf: masks)
        do {
            let file = try OutputFile(url.path, isDurable: false)
            try file.write(data)
            try file.commit()
            return true
        } catch {
            return false
        }
    }

    /// A sum over all words that notices zeroed or exchanged blocks.
    private static func checksum(_ images: [Float], _ masks: [UInt8]) -> Int {
        var sum: UInt64 = 0x9e37_79b9_7f4a_7c15
        for bytes in [images.withUnsafeBytes(fold), masks.withUnsafeBytes(fold)] {
            sum = sum &* 0x0000_0100_0000_01b3 ^ bytes
        }
        return Int(truncatingIfNeeded: sum >> 1)
    }

    private static func fold(_ raw: UnsafeRawBufferPointer) -> UInt64 {
        var (a, b): (UInt64, UInt64) = (1, 0)
        var offset = 0
        while offset &+ 8 <= raw.count {
            a = a &+ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            b = b &+ (a ^ (a &>> 29))
            offset &+= 8
        }
        while offset < raw.count {
            a = a &+ UInt64(raw[offset])
            b = b &+ a
            offset &+= 1
        }
        return a ^ (b &<< 7) ^ (b &>> 13)
    }
}
