import Settings
import Specification
import Training

/// Every training setting with its meaning and its default, for the help of `train`.
enum SettingsHelp {
    /// Columns that the parser leaves for such a text on a terminal of 80.
    private static let width = 71

    /// One setting a paragraph: its name, then the text beside it.
    ///
    /// Made only where help is asked for: a table of all settings takes a millisecond.
    static var text: String {
        let fields = TrainingSettings.fields
        let indent = (fields.map(\.name.count).max() ?? 0) + 4
        let margin = "\n" + String(repeating: " ", count: indent)
        return fields.map { field in
            let name = "--" + field.name
            let padding = String(repeating: " ", count: indent - name.count)
            let lines = lines("\(field.help) (\(field.defaultValue.text))", within: width - indent)
            return name + padding + lines.joined(separator: margin)
        }.joined(separator: "\n")
    }

    /// `text` broken between words.
    private static func lines(_ text: String, within width: Int) -> [String] {
        text.split(separator: " ").reduce(into: [String]()) { lines, word in
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
    }
}
