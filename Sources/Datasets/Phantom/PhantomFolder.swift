import Imaging

/// The files of a drawn folder of one's own, beside its images.
struct PhantomFolder {
    private let options: PhantomOptions

    init(_ options: PhantomOptions) { self.options = options }

    private var structures: [String] { options.structures }

    /// `left lung` in the name of a file.
    private static func word(_ structure: String) -> String {
        structure.split(separator: " ").joined(separator: "_")
    }

    /// The files of an image's masks.
    func masks(of id: String) -> [String] {
        switch options.masks {
        case .folders: structures.map { "masks/\($0)/\(id).png" }
        case .suffixes: structures.map { "masks/\(id)_\(Self.word($0)).png" }
        case .labels, .colours: ["masks/\(id).png"]
        }
    }

    /// Their contents. Of structures that overlap, a label map shows the later one.
    func masks(
        of drawn: PhantomGenerator.Radiograph, width: Int, height: Int
    ) throws(ImagingError) -> [[UInt8]] {
        let masks = structures.map { PhantomStructures.mask(of: $0, in: drawn) }
        guard options.masks.isExclusive else {
            var files: [[UInt8]] = []
            for mask in masks {
                files.append(try PNG.encode(mask: mask, width: width, height: height))
            }
            return files
        }
        let labels = (0..<width * height).map { pixel -> Int in
            guard let top = masks.lastIndex(where: { $0[pixel] != 0 }) else { return 0 }
            return top + 1
        }
        if options.masks == .labels {
            let values = labels.map { UInt16($0) }
            let map = GrayImage(width: width, height: height, maximum: 255, pixels: values)
            return [try PNG.encode(map)]
        }
        var picture = RGBImage(width: width, height: height)
        for (pixel, label) in labels.enumerated() where label > 0 {
            picture[pixel % width, pixel / width] = StructureColours.colour(label - 1)
        }
        return [try PNG.encode(picture)]
    }

    /// `labels.csv`, `dataset.yaml` and, for label maps, `structures.csv`.
    var tables: [(path: String, bytes: [UInt8])] {
        var tables = [("labels.csv", labels), (FolderDescription.fileName, description)]
        if options.masks == .labels {
            let rows = structures.enumerated().map { "\($0 + 1),\($1)\n" }
            tables.append((StructureTable.fileName, "value,name\n0,background\n" + rows.joined()))
        }
        return tables.map { ($0.0, Array($0.1.utf8)) }
    }

    private var labels: String {
        let classes = PhantomFinding.classes(of: .folder)
        let rows = (0..<options.count).map { index in
            let id = PhantomWriter.id(of: index, layout: .folder)
            let finding = classes[PhantomFinding.classIndex(of: index, in: .folder)].name
            return "\(id).png,\(finding),patient-\(index + 1)\n"
        }
        return "file,class,patient\n" + rows.joined()
    }

    private var description: String {
        var lines = [
            "# What lies in this folder and what it shows: docs/own-data.md.",
            "name: Drawn chest X-rays", "citation: lightbox data phantom, seed \(options.seed)",
            "licence: free", "images: images",
        ]
        switch options.masks {
        case .folders:
            lines += ["masks:"] + structures.map { "  \($0): masks/\($0)" }
        case .suffixes:
            lines += ["masks:"] + structures.map { "  \($0): masks/*_\(Self.word($0)).png" }
        case .labels:
            lines += ["masks: masks          # structures.csv says what the values show"]
        case .colours:
            lines += ["masks: masks", "labels:"]
            lines += structures.enumerated().map { index, name in
                let colour = StructureColours.colour(index)
                let value = MaskLabels.Value.colour(
                    red: Int(colour.red), green: Int(colour.green), blue: Int(colour.blue))
                return "  \"\(value)\": \(name)"
            }
        }
        if options.masks.isExclusive { lines.append("exclusive: true") }
        lines += ["classes: class", "patients: patient"]
        return lines.joined(separator: "\n") + "\n"
    }
}
