public import Foundation
import Imaging

/// Writes phantoms in the official layouts, so that the readers of the real releases read them.
public struct PhantomWriter: Sendable {
    private let layout: PhantomLayout
    private let options: PhantomOptions

    /// A writer; throws when the options cannot be drawn.
    public init(layout: PhantomLayout, options: PhantomOptions) throws(DatasetError) {
        try Self.check(options, layout: layout)
        self.layout = layout
        self.options = options
    }

    /// Writes below `folder`, creating it, and returns the folder that holds the images. Files of
    /// the same names are replaced; `progress` is called from any thread.
    public func write(
        to folder: URL, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws(DatasetError) -> URL {
        let paths = PhantomPaths(layout: layout, root: folder)
        for place in paths.folders {
            do {
                try FileManager.default.createDirectory(
                    at: place, withIntermediateDirectories: true)
            } catch {
                throw .cannotCreate(path: place.path, reason: error.localizedDescription)
            }
        }
        let counter = SharedCounter()
        let results = parallelMap(options.count) { index -> Result<Void, DatasetError> in
            do throws(ImagingError) {
                try write(index, to: paths)
            } catch {
                return .failure(.image(error))
            }
            progress?(counter.advance(), options.count)
            return .success(())
        }
        for result in results { try result.get() }
        return paths.images
    }

    private func write(_ index: Int, to paths: PhantomPaths) throws(ImagingError) {
        let (width, height) = Self.size(of: index, options.size, layout: layout)
        let id = Self.id(of: index, layout: layout)
        if layout == .spine { return try writeVertebra(index, id, side: width, to: paths) }
        let white: UInt16 = layout == .jcx ? 4095 : options.size == .original ? 65535 : 255
        let drawn = PhantomGenerator.radiograph(
            index, seed: options.seed, layout: layout, width: width, height: height,
            maximum: layout == .scx ? 255 : white)
        switch layout {
        case .mcx:
            let compression: PNG.Compression = width * height > 1 << 20 ? .fast : .normal
            try ImageFile.write(
                PNG.encode(drawn.image, compression: compression), to: paths.image(id))
            for (mask, place) in [(drawn.leftLung, paths.left), (drawn.rightLung, paths.right)] {
                try ImageFile.write(
                    PNG.encode(mask: mask, width: width, height: height),
                    to: place(index).appendingPathComponent("\(id).png"))
            }
            let finding =
                PhantomFinding.classIndex(of: index, in: layout) == 0 ? "normal" : "opacities"
            let sex = index % 2 == 0 ? "F" : "M"
            let age = 20 + (index * 37) % 60
            let reading = "Patient's Sex: \(sex)\nPatient's Age: 0\(age)Y\n\(finding)\n"
            try ImageFile.write(Array(reading.utf8), to: paths.reading(id))
        case .scx:
            try ImageFile.write(
                PNG.encode(
                    drawn.image, compression: width * height > 1 << 20 ? .fast : .normal),
                to: paths.image(id))
            try ImageFile.write(
                PNG.encode(mask: drawn.lungs, width: width, height: height),
                to: paths.left(index).appendingPathComponent("\(id)_mask.png"))
        case .jcx:
            try ImageFile.write(JSRTImage.encode(drawn.image), to: paths.image(id))
            for (mask, place) in [(drawn.leftLung, paths.right), (drawn.rightLung, paths.left)] {
                try ImageFile.write(
                    GIF.encode(mask: mask, width: width, height: height),
                    to: place(index).appendingPathComponent("\(id).gif"))
            }
        case .spine: break
        }
    }

    private func writeVertebra(
        _ index: Int, _ id: String, side: Int, to paths: PhantomPaths
    ) throws(ImagingError) {
        let patch = PhantomGenerator.vertebra(index, seed: options.seed, side: side)
        try ImageFile.write(PNG.encode(patch.image), to: paths.image(id))
        try ImageFile.write(
            PNG.encode(mask: patch.body, width: side, height: side),
            to: paths.left(index).appendingPathComponent("\(id).png"))
    }

    /// The file stem of image `index` in the release's manner.
    static func id(of index: Int, layout: PhantomLayout) -> String {
        let classIndex = PhantomFinding.classIndex(of: index, in: layout)
        func padded(_ number: Int, _ digits: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        switch layout {
        case .mcx: return "MCUCXR_\(padded(index + 1, 4))_\(classIndex)"
        case .scx: return "CHNCXR_\(padded(index + 1, 4))_\(classIndex)"
        case .spine:
            let (patient, level) = (index / 9, index % 9)
            let name = level < 4 ? "T\(9 + level)" : "L\(level - 3)"
            return "P\(padded(patient + 1, 3))_\(name)_\(classIndex)"
        case .jcx:
            let rank = (0...index).filter {
                PhantomFinding.classIndex(of: $0, in: layout) == classIndex
            }.count
            return (classIndex == 0 ? "JPCNN" : "JPCLN") + padded(rank, 3)
        }
    }

    /// Width and height of image `index`.
    static func size(
        of index: Int, _ size: PhantomSize, layout: PhantomLayout
    ) -> (width: Int, height: Int) {
        switch (size, layout) {
        case (.square(let side), _): (side, side)
        case (.original, .mcx): index % 2 == 0 ? (4892, 4020) : (4020, 4892)
        case (.original, .scx): (3000, 3000)
        case (.original, .jcx): (2048, 2048)
        case (.original, .spine): (256, 256)
        }
    }

    /// Throws when the options cannot be drawn.
    static func check(_ options: PhantomOptions, layout: PhantomLayout) throws(DatasetError) {
        guard (1...9999).contains(options.count) else {
            throw .badPhantom(reason: "count is \(options.count), expected 1 to 9999")
        }
        guard case .square(let side) = options.size else { return }
        guard (32...8192).contains(side) else {
            throw .badPhantom(reason: "size is \(side), expected 32 to 8192 pixels")
        }
        if layout == .jcx && (side % 16 != 0 || side > 4096) {
            throw .badPhantom(
                reason: "size is \(side), expected a multiple of 16 up to 4096 for jcx")
        }
    }
}
