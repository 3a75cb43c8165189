import Datasets
import Foundation
import Imaging
import Specification

/// What is fuzzed: the value of `FUZZ_TARGET`.
private enum Target: String {
    case png, gif, img, jpeg, dicom, csv, yaml

    static let chosen: Target = {
        let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? "png"
        guard let target = Target(rawValue: name) else { fatalError("unknown target \(name)") }
        return target
    }()

    /// Large enough for every path, small enough for the memory limit.
    static let pixelLimit = 1 << 22
    static let vocabulary = Vocabulary(
        datasets: ["mcx", "phantom"], models: ["unet"], losses: ["tv", "kltv"],
        procedures: ["supervised"], reports: ["p1-table1", "sweep"])
}

/// The entry that libFuzzer calls. Input that is refused with an error is fine; a crash, a leak
/// or too much memory is a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    switch Target.chosen {
    case .png: fuzzPNG(withChecksums(bytes))
    case .gif: fuzzGIF(bytes)
    case .img: fuzzIMG(bytes)
    case .jpeg: fuzzAny(bytes, as: "fuzz.jpg")
    case .dicom: fuzzAny(bytes, as: "fuzz")
    case .csv: fuzzCSV(bytes)
    case .yaml:
        _ = try? Spec(
            text: String(decoding: bytes, as: UTF8.self), path: "fuzz.yaml", overrides: [],
            vocabulary: Target.vocabulary)
        // What a folder of one's own says about itself is YAML too.
        try? DescriptionReader(file: URL(fileURLWithPath: "/fuzz/dataset.yaml")).check(bytes)
    }
    return 0
}

private func fuzzPNG(_ bytes: [UInt8]) {
    let reduced = try? PNG.reduce(
        bytes, name: "fuzz.png", width: 16, height: 16, pixelLimit: Target.pixelLimit)
    guard
        let image = try? PNG.decode(bytes, name: "fuzz.png", pixelLimit: Target.pixelLimit)
    else {
        precondition(reduced == nil, "reduced what cannot be decoded")
        return
    }
    precondition(reduced?.values == AreaAverage.reduce(image, width: 16, height: 16))
    let mask = try? MaskImage(bytes, name: "fuzz.png")
    precondition(mask.map(\.pixels.count) ?? image.pixels.count == image.pixels.count)
    if let plain = try? PNG.decodePlainly(bytes, name: "fuzz.png") {
        precondition(plain == image, "the quick way and libpng differ")
    }
    let copy = (try? PNG.encode(image)).flatMap { try? PNG.decode($0, name: "copy.png") }
    precondition(copy == image, "an image does not survive a round trip")
}

private func fuzzGIF(_ bytes: [UInt8]) {
    guard let image = try? GIF.decode(bytes, name: "fuzz.gif", pixelLimit: Target.pixelLimit)
    else { return }
    _ = try? MaskImage(bytes, name: "fuzz.gif")
    let mask = image.pixels.map { UInt8($0 == 0 ? 0 : 1) }
    let copy = (try? GIF.encode(mask: mask, width: image.width, height: image.height))
        .flatMap { try? GIF.decode($0, name: "copy.gif") }
    precondition(copy?.pixels == mask.map { UInt16($0) * 255 })
}

private func fuzzIMG(_ bytes: [UInt8]) {
    guard let image = try? JSRTImage.decode(bytes, name: "fuzz.IMG") else { return }
    let copy = try? JSRTImage.encode(image)
    precondition(copy?.count == bytes.count)
    _ = AreaAverage.reduce(image, width: 7, height: 7)
}

/// A format that is only read: header and picture agree, and a mask is read or refused.
private func fuzzAny(_ bytes: [UInt8], as name: String) {
    let info = try? ImageFile.info(bytes, name: name, pixelLimit: Target.pixelLimit)
    _ = try? MaskImage(bytes, name: name, pixelLimit: Target.pixelLimit)
    guard let image = try? ImageFile.decode(bytes, name: name, pixelLimit: Target.pixelLimit)
    else { return }
    precondition(info?.width == image.width && info?.height == image.height)
    precondition(info?.maximum == image.maximum)
    precondition(image.pixels.allSatisfy { $0 <= image.maximum })
    _ = AreaAverage.reduce(image, width: 7, height: 7)
}

private func fuzzCSV(_ bytes: [UInt8]) {
    _ = try? StructureTable.read(bytes, path: "fuzz.csv")
    guard let table = try? TextTable(bytes, path: "fuzz.csv") else { return }
    func line(_ fields: [String]) -> String {
        fields.map(TextTable.quoted).joined(separator: ",")
    }
    let text = ([table.columns] + table.rows.map(\.fields)).map(line).joined(separator: "\n")
    let copy = try? TextTable(Array(text.utf8), path: "copy.csv")
    precondition(
        copy?.columns == table.columns && copy?.rows.map(\.fields) == table.rows.map(\.fields),
        "a table does not survive a round trip")
}

/// Corrects the checksum of every chunk, so that mutations get past it.
private func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var start = 8
    while start + 12 <= bytes.count {
        let length = bytes[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) }
        guard length <= bytes.count - start - 12 else { break }
        var checksum: UInt32 = 0xffff_ffff
        for byte in bytes[(start + 4)..<(start + 8 + length)] {
            checksum ^= UInt32(byte)
            for _ in 0..<8 {
                checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xedb8_8320 : checksum >> 1
            }
        }
        for i in 0..<4 {
            bytes[start + 8 + length + i] = UInt8(
                truncatingIfNeeded: ~checksum >> UInt32(24 - 8 * i))
        }
        start += 12 + length
    }
    return bytes
}
