internal import Datasets
internal import Domain
internal import Files
internal import Foundation
internal import Training

/// What a program is told: one JSON file, and the images and masks as arrays.
struct CellDocument {
    /// Version of the protocol, see docs/trainer-protocol.md.
    static let version: Int64 = 1
    /// The value of a mask's pixels that the program must not see.
    static let withheld: UInt8 = 255

    let cell: ProgramCell
    let request: RunRequest
    let place: ProgramPlace
    let threads: Int

    private var dataset: Dataset { request.dataset }
    private var split: DataSplit { request.split }

    /// Writes everything.
    ///
    /// - Parameter known: epochs that are recorded; the program goes on after one of them.
    func write(known: Int) throws {
        for file in [place.cell, place.images, place.masks] { unlink(file.path) }
        try Data((document(known: known).canonicalJSON + "\n").utf8).write(to: place.cell)
        try writeImages()
        try writeMasks()
    }

    /// Removes the arrays.
    func removeArrays() { for file in [place.images, place.masks] { unlink(file.path) } }

    /// The path of an image's prediction in the working folder, without weights and ending.
    static func name(_ id: String) -> String { FileName.encoded(id) }

    /// The variables of the program: those of this process, where the file is, and its threads.
    var environment: [String: String] {
        var variables = ProcessInfo.processInfo.environment
        variables["LIGHTBOX_CELL"] = place.cell.path
        variables["LIGHTBOX_REPORT"] = place.report.path
        // What is printed is there when the program dies.
        variables["PYTHONUNBUFFERED"] = variables["PYTHONUNBUFFERED"] ?? "1"
        for name in ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"] {
            variables[name] = variables[name] ?? String(threads)
        }
        return variables
    }

    // MARK: The file

    private func document(known: Int) -> JSONValue {
        let shape = dataset.shape
        let count = dataset.examples.count
        func extents(_ maps: Int) -> JSONValue {
            .list([count, maps, shape.height, shape.width].map { .integer(Int64($0)) })
        }
        return .object([
            "protocol": .integer(Self.version),
            "dataset": .object([
                "name": .text(dataset.name), "fingerprint": .text(dataset.fingerprint),
                "classes": .list(dataset.classNames.map { .text($0) }),
                "structures": .list(dataset.structures.map { .text($0) }),
                "exclusive": .flag(request.settings.exclusive),
            ]),
            "model": .text(cell.model), "loss": .text(cell.loss),
            "labels": .number(cell.labels), "seed": .integer(Int64(bitPattern: request.seed)),
            "train": .object(cell.settings), "epochs": .integer(Int64(request.settings.epochs)),
            "identity": .text(request.identity),
            "pause_after": request.pauseAfter.map { .integer(Int64($0)) } ?? .null,
            "known_epochs": .integer(Int64(known)), "threads": .integer(Int64(threads)),
            "arrays": .object([
                "images": .text(place.images.path), "images_shape": extents(shape.channels),
                "masks": .text(place.masks.path), "masks_shape": extents(dataset.structures.count),
            ]),
            "report": .text(place.report.path), "work": .text(place.work.path),
            "checkpoint": .text(place.checkpoint.path),
            "predictions": .text(place.predictions.path),
            "images": .list(images()),
        ])
    }

    private func images() -> [JSONValue] {
        let open = openIndices
        let labelled = Set(split.labelled)
        return dataset.examples.indices.map { index in
            let example = dataset.examples[index]
            let isOpen = open.contains(index)
            var members: [String: JSONValue] = [
                "id": .text(example.id), "index": .integer(Int64(index)),
                "split": split.part(of: index).map { .text($0.rawValue) } ?? .null,
                "labelled": .flag(labelled.contains(index)),
                "has_mask": .flag(isOpen && example.hasMask),
                "class": isOpen
                    ? example.classIndex.map { .integer(Int64($0)) } ?? .null : .null,
                "prediction": .text(Self.name(example.id)),
                "file": example.imagePath.isEmpty ? .null : .text(example.imagePath),
                "width": .integer(Int64(example.originalWidth)),
                "height": .integer(Int64(example.originalHeight)),
            ]
            if let patient = example.patient { members["patient"] = .text(patient) }
            let placement = dataset.placement(index)
            if placement.isPadded {
                let (rows, columns) = (placement.rows, placement.columns)
                members["inside"] = .list(
                    [rows.lowerBound, rows.upperBound, columns.lowerBound, columns.upperBound].map {
                        .integer(Int64($0))
                    })
            }
            if isOpen, let masks = request.maskFiles[example.id] {
                members["mask_files"] = .list(masks.map { .text($0) })
            }
            return .object(members)
        }
    }

    /// The images whose masks and classes the program may see: those that are labelled and those
    /// that choose the best epoch.
    private var openIndices: Set<Int> { Set(split.labelled + split.validation) }

    // MARK: Arrays

    private func writeImages() throws {
        let shape = dataset.shape
        var data = ArrayText.header(
            kind: "<f4",
            shape: [dataset.examples.count, shape.channels, shape.height, shape.width])
        let values = Self.mapsFirst(dataset.images, pixels: shape.pixels, maps: shape.channels)
        values.withUnsafeBytes { data.append(contentsOf: $0) }
        try data.write(to: place.images)
    }

    private func writeMasks() throws {
        let (shape, maps) = (dataset.shape, dataset.structures.count)
        var data = ArrayText.header(
            kind: "|u1", shape: [dataset.examples.count, maps, shape.height, shape.width])
        var values = Self.mapsFirst(dataset.masks, pixels: shape.pixels, maps: maps)
        let (open, size) = (openIndices, shape.pixels * maps)
        for (index, example) in dataset.examples.enumerated()
        where !open.contains(index) || !example.hasMask {
            for pixel in (index * size)..<((index + 1) * size) { values[pixel] = Self.withheld }
        }
        data.append(contentsOf: values)
        try data.write(to: place.masks)
    }

    /// `[N, H, W, C]` as `[N, C, H, W]`.
    private static func mapsFirst<Value>(_ values: [Value], pixels: Int, maps: Int) -> [Value] {
        guard maps > 1 else { return values }
        var result: [Value] = []
        result.reserveCapacity(values.count)
        for start in stride(from: 0, to: values.count, by: pixels * maps) {
            for map in 0..<maps {
                for pixel in 0..<pixels { result.append(values[start + pixel * maps + map]) }
            }
        }
        return result
    }
}
