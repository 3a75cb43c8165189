import Domain
package import Foundation
package import Imaging

/// A user's table of what the values of label maps show: `structures.csv`.
///
/// Columns: `value` (or `label`, `id`, `index`, `gray`), a number, or `colour` (or `color`, `rgb`,
/// `hex`), such as `#ff8000` or `255 128 0`, or `red`, `green` and `blue`; and `name` (or `structure`,
/// `organ`). Where a row has both a value and a colour, both show the structure.
package enum StructureTable {
    /// The name of the file beside `images` and `masks`.
    package static let fileName = "structures.csv"

    private static let valueColumns = ["value", "values", "id", "index", "gray", "grey", "number"]
    private static let colourColumns = [
        "colour", "color", "rgb", "hex", "colours", "colors", "colour value", "color value",
    ]
    private static let nameColumns = ["name", "structure", "organ", "names", "structures"]
    private static let channels = [["red", "r"], ["green", "g"], ["blue", "b"]]

    /// Reads a file.
    package static func read(_ url: URL) throws(DatasetError) -> MaskLabels {
        let bytes = try DatasetError.wrapping { () throws(ImagingError) in
            try ImageFile.bytes(of: url)
        }
        return try read(bytes, path: url.path)
    }

    /// Reads bytes; `path` stands for them in errors.
    package static func read(_ bytes: [UInt8], path: String) throws(DatasetError) -> MaskLabels {
        let table = try TextTable(bytes, path: path)
        // `label` is the name beside a column of values, and the value beside one of names.
        let known = table.column(nameColumns)
        let name = if let known { known } else { try table.requiredColumn(["name", "label"]) }
        let label = table.column(["label"]).flatMap { $0 == name ? nil : $0 }
        let value = table.column(valueColumns) ?? label
        let colour = table.column(colourColumns)
        let channels = channels.compactMap { table.column($0) }
        let hasChannels = channels.count == 3
        guard value != nil || colour != nil || hasChannels else {
            throw table.error(
                1,
                "there is no column 'value' or 'colour', found: "
                    + table.columns.joined(separator: ", "))
        }
        var entries: [MaskLabels.Entry] = []
        var lines: [MaskLabels.Value: Int] = [:]
        for (line, fields) in table.rows {
            let meaning = try meaning(of: fields[name]) { table.error(line, $0) }
            var texts = [value, colour].compactMap { $0.map { fields[$0] } }
            if hasChannels { texts.append(channels.map { fields[$0] }.joined(separator: " ")) }
            texts.removeAll { $0.allSatisfy { $0 == " " } }
            guard !texts.isEmpty else { throw table.error(line, "it has no value") }
            for text in texts {
                guard let value = MaskLabels.Value(text) else {
                    throw table.error(line, Self.noValue(text))
                }
                if let known = lines[value] ?? value.twin.flatMap({ lines[$0] }), known != line {
                    throw table.error(line, "the value \(value) stands on line \(known) already")
                }
                lines[value] = line
                entries.append(MaskLabels.Entry(value, meaning))
            }
        }
        let labels = MaskLabels(entries, table: fileName)
        guard !labels.structures.isEmpty else {
            throw table.error(1, "no row names a structure")
        }
        return labels
    }

    /// What a name says, or the error that `refuse` makes of a sentence.
    static func meaning<Failure: Error>(
        of name: String, refuse: (String) -> Failure
    ) throws(Failure) -> MaskLabels.Meaning {
        let meaning = MaskLabels.Meaning(name: name)
        if case .structure = meaning, !Structure.isName(name) {
            throw refuse(
                "'\(name.prefix(80))' is no structure's name, expected letters, digits, spaces, - "
                    + "and _, not '\(Structure.all)' or '\(Structure.standard)'")
        }
        return meaning
    }

    /// Why a text is no value.
    static func noValue(_ text: String) -> String {
        "'\(text.prefix(40))' is no value, expected a number up to 65535, or a colour such as "
            + "#ff8000 or 255 128 0"
    }
}
