internal import Foundation
internal import Hashing

/// Reads the records of W&B's log of a run (`run-ID.wandb`): the framing of LevelDB's logs, in blocks of
/// 32,768 bytes, with a header of seven bytes before the first record.
///
/// Source: github.com/google/leveldb, doc/log_format.md, and `wandb/sdk/internal/datastore.py` of W&B's
/// client, which has the CRC-32 of ISO 3309 instead of Castagnoli's.
struct WandBFile {
    private static let header: [UInt8] = Array(":W&B".utf8) + [0xE1, 0xBE, 0]
    private static let block = 32_768
    /// Checksum, length and kind of a piece.
    private static let head = 7

    private let bytes: Data
    private var offset: Int
    /// Where the file stops to be one; nil where it ended as it should.
    private(set) var damage: Int?

    /// Opens a file.
    ///
    /// - Throws: `ImportError` where it does not begin as one.
    init(_ file: URL) throws {
        bytes = try SourceFile.data(file, expected: "a file of W&B")
        offset = Self.header.count
        guard bytes.starts(with: Self.header) else {
            throw ImportError.bad(
                path: file.path, place: nil, found: "another beginning",
                expected: "what W&B writes into 'run-ID.wandb' (its version 0)")
        }
    }

    /// The next record; nil at the end, and where the file is damaged or cut off.
    mutating func next() -> Data? {
        let start = offset
        var record = Data()
        var isOpen = false
        while damage == nil {
            // What is left of a block that holds no head is filled with zeros.
            let rest = Self.block - offset % Self.block
            if rest < Self.head { offset += rest }
            guard offset < bytes.count else { return isOpen ? damaged(at: start) : nil }
            guard let (kind, content) = piece(), isOpen == (kind == .middle || kind == .last)
            else { return damaged(at: start) }
            record += content
            offset += Self.head + content.count
            if kind == .whole || kind == .last { return record }
            isOpen = true
        }
        return nil
    }

    /// What of a record a piece is.
    private enum Kind: UInt8 { case whole = 1, first, middle, last }

    /// The piece at the offset, which lies within one block.
    private func piece() -> (kind: Kind, content: Data)? {
        guard bytes.count - offset >= Self.head else { return nil }
        let start = bytes.startIndex + offset
        let checksum = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * $1) }
        let length = Int(bytes[start + 4]) | Int(bytes[start + 5]) << 8
        guard let kind = Kind(rawValue: bytes[start + 6]),
            offset % Self.block + Self.head + length <= Self.block,
            length <= bytes.count - offset - Self.head
        else { return nil }
        let content = bytes[start + Self.head..<start + Self.head + length]
        guard CRC32.checksum(bytes[start + 6..<content.endIndex]) == checksum else { return nil }
        return (kind, content)
    }

    private mutating func damaged(at place: Int) -> Data? {
        damage = place
        return nil
    }
}
