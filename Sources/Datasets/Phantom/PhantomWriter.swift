import Files
public import Foundation
import Imaging

/// Writes phantoms in the official layouts, so that the readers of the real releases read them.
public struct PhantomWriter: Sendable {
    let layout: PhantomLayout
    let options: PhantomOptions

    /// A writer; throws when the options cannot be drawn.
    public init(layout: PhantomLayout, options: PhantomOptions) throws(DatasetError) {
        try Self.check(options, layout: layout)
        self.layout = layout
        self.options = options
    }

    /// Writes below `folder`, creating it, and returns the folder that holds the images. Files of
    /// the same names are replaced where they were drawn too; `progress` is called from any thread.
    /// - Parameter replacing: replace whatever files have the names.
    /// - Throws: as `check` does before anything is written, and where something cannot be.
    public func write(
        to folder: URL, replacing: Bool = false,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws(DatasetError) -> URL {
        let paths = PhantomPaths(layout: layout, root: folder, options: options)
        let earlier = PhantomManifest(paths.manifest)
        let journal = PhantomJournal(beside: paths.manifest)
        try check(folder, replacing: replacing)
        try DatasetError.writing { () throws(OutputError) -> Void in
            for place in paths.folders { try OutputRule().makeFolder(place.path) }
        }
        let counter = SharedCounter()
        let results = parallelMap(options.count) { index -> Result<[Drawn], DatasetError> in
            do throws(DatasetError) {
                let drawn = try draw(index, below: folder, listedIn: journal)
                progress?(counter.advance(), options.count)
                return .success(drawn)
            } catch {
                return .failure(error)
            }
        }
        var drawn: [String: String] = [:]
        for result in results {
            for file in try result.get() { drawn[file.path] = file.digest }
        }
        for file in tables {
            drawn[file.path] = PhantomMark.digest(of: file.bytes)
            try DatasetError.writing { () throws(OutputError) -> Void in
                try journal.append([(file.path, PhantomMark.digest(of: file.bytes))])
                try Self.write(file.bytes, to: folder.appendingPathComponent(file.path))
            }
        }
        try PhantomManifest(layout: layout, options: options, files: drawn)
            .keeping(journal.files).keeping(earlier?.files ?? [:]).write(below: folder)
        journal.remove()
        return paths.images
    }

    /// Tables beside the images.
    var tables: [(path: String, bytes: [UInt8])] {
        layout == .folder ? PhantomFolder(options).tables : []
    }

    /// Draws and writes an image, its masks and its reading; the list has them before.
    private func draw(
        _ index: Int, below folder: URL, listedIn journal: PhantomJournal
    ) throws(DatasetError) -> [Drawn] {
        let own = try DatasetError.wrapping { () throws(ImagingError) in try files(of: index) }
        let drawn = own.map { Drawn(path: $0.path, digest: PhantomMark.digest(of: $0.bytes)) }
        try DatasetError.writing { () throws(OutputError) -> Void in
            try journal.append(drawn.map { ($0.path, $0.digest) })
            for file in own {
                try Self.write(file.bytes, to: folder.appendingPathComponent(file.path))
            }
        }
        return drawn
    }

    /// Writes a file of which `check` knows that it may be replaced; never into a store, a
    /// device or what else `OutputRule` forbids.
    private static func write(_ bytes: [UInt8], to place: URL) throws(OutputError) {
        try OutputRule(existing: .any).file(place.path).write(
            bytes, isDurable: false, isListed: false)
    }

    /// A file that was written.
    private struct Drawn: Sendable {
        let path: String
        let digest: String
    }

    /// Throws where a file that would be written is there and shows something else than a drawing.
    func refuseOthers(
        at paths: PhantomPaths, earlier: PhantomManifest?, stopped journal: PhantomJournal
    ) throws(DatasetError) {
        for file in tables {
            let place = paths.root.appendingPathComponent(file.path)
            let isOurs =
                earlier?.holds(file.path, below: paths.root) == true
                || journal.holds(file.path, below: paths.root)
                || (try? ImageFile.bytes(of: place)) == file.bytes
            if place.isThere, !isOurs { throw .notDrawn(path: place.path) }
        }
        for index in 0..<options.count {
            let there = paths.files(index, id: Self.id(of: index, layout: layout)).filter {
                paths.root.appendingPathComponent($0).isThere
                    && earlier?.holds($0, below: paths.root) != true
                    && !journal.holds($0, below: paths.root)
            }
            guard !there.isEmpty else { continue }
            // Drawn before drawings were listed, or their list got lost.
            let own = try DatasetError.wrapping { () throws(ImagingError) in
                try files(of: index)
            }
            for path in there {
                let place = paths.root.appendingPathComponent(path)
                let digest = own.first { $0.path == path }.map { PhantomMark.digest(of: $0.bytes) }
                let there = (try? ImageFile.bytes(of: place)).map(PhantomMark.digest)
                if there != digest { throw .notDrawn(path: place.path) }
            }
        }
    }

    /// Throws where another drawing is there of which files would stay: the data set would be half of
    /// each. The same drawing with other numbers of images has the same images, unless tables list
    /// them.
    func refuseMixture(
        with earlier: PhantomManifest, at paths: PhantomPaths
    ) throws(DatasetError) {
        let tables = tables
        let isSame =
            earlier.seed == options.seed && earlier.size == options.size.text
            && tables.allSatisfy { file in
                earlier.files[file.path].map { $0 == PhantomMark.digest(of: file.bytes) } ?? true
            }
        if isSame { return }
        let own = drawings(at: paths).union(tables.map(\.path))
        let left = Set(earlier.files.keys).subtracting(own).sorted().filter {
            earlier.holds($0, below: paths.root)
        }
        guard let first = left.first else { return }
        throw .otherDrawing(folder: paths.root.path, left: left.count, first: first)
    }

    /// The files of image `index`: their paths below the folder and their contents.
    private func files(of index: Int) throws(ImagingError) -> [(path: String, bytes: [UInt8])] {
        let (width, height) = Self.size(of: index, options.size, layout: layout)
        let id = Self.id(of: index, layout: layout)
        let places = PhantomPaths(layout: layout, root: URL(fileURLWithPath: "/"), options: options)
            .files(index, id: id)
        let contents =
            layout == .spine
            ? try vertebra(index, side: width) : try radiograph(index, width: width, height: height)
        return Array(zip(places, contents)).map { ($0, PhantomMark.marked($1)) }
    }

    private func drawing(
        _ index: Int, width: Int, height: Int
    ) -> PhantomGenerator.Radiograph {
        let white: UInt16 = layout == .jcx ? 4095 : options.size == .original ? 65535 : 255
        return PhantomGenerator.radiograph(
            index, seed: options.seed, layout: layout, width: width, height: height,
            maximum: layout == .scx ? 255 : white)
    }

    /// The pixels of image `index`.
    func image(_ index: Int) -> GrayImage {
        let (width, height) = Self.size(of: index, options.size, layout: layout)
        if layout == .spine {
            return PhantomGenerator.vertebra(index, seed: options.seed, side: width).image
        }
        return drawing(index, width: width, height: height).image
    }

    /// The contents of the image, the masks and the reading.
    private func radiograph(
        _ index: Int, width: Int, height: Int
    ) throws(ImagingError) -> [[UInt8]] {
        let drawn = drawing(index, width: width, height: height)
        let compression: PNG.Compression = width * height > 1 << 20 ? .fast : .normal
        func png(_ mask: [UInt8]) throws(ImagingError) -> [UInt8] {
            try PNG.encode(mask: mask, width: width, height: height)
        }
        func gif(_ mask: [UInt8]) throws(ImagingError) -> [UInt8] {
            try GIF.encode(mask: mask, width: width, height: height)
        }
        switch layout {
        case .mcx:
            let finding =
                PhantomFinding.classIndex(of: index, in: layout) == 0 ? "normal" : "opacities"
            let sex = index % 2 == 0 ? "F" : "M"
            let age = 20 + (index * 37) % 60
            let reading = "Patient's Sex: \(sex)\nPatient's Age: 0\(age)Y\n\(finding)\n"
            return [
                try PNG.encode(drawn.image, compression: compression), try png(drawn.leftLung),
                try png(drawn.rightLung), Array(reading.utf8),
            ]
        case .scx:
            return [
                try PNG.encode(drawn.image, compression: compression), try png(drawn.lungs),
            ]
        case .folder:
            return [try PNG.encode(drawn.image, compression: compression)]
                + (try PhantomFolder(options).masks(of: drawn, width: width, height: height))
        case .jcx, .spine:
            // The release names sides as the patient's: left is on the right of the image.
            return [
                try JSRTImage.encode(drawn.image), try gif(drawn.rightLung),
                try gif(drawn.leftLung), try gif(drawn.heart), try gif(drawn.clavicles.right),
                try gif(drawn.clavicles.left),
            ]
        }
    }

    private func vertebra(_ index: Int, side: Int) throws(ImagingError) -> [[UInt8]] {
        let patch = PhantomGenerator.vertebra(index, seed: options.seed, side: side)
        return [
            try PNG.encode(patch.image),
            try PNG.encode(mask: patch.body, width: side, height: side),
        ]
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
        case .folder: return "chest-\(padded(index + 1, 3))"
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
        case (.original, .jcx), (.original, .folder): (2048, 2048)
        case (.original, .spine): (256, 256)
        }
    }

    /// Throws when the options cannot be drawn.
    static func check(_ options: PhantomOptions, layout: PhantomLayout) throws(DatasetError) {
        guard (1...9999).contains(options.count) else {
            throw .badPhantom(reason: "count is \(options.count), expected 1 to 9999")
        }
        if layout == .folder { try PhantomStructures.check(options) }
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
