import Domain
import Foundation
import Imaging

/// What JSRT's two tables say about its patients; they may be absent.
///
/// `CLNDAT_EN.txt`: image, subtlety, size in mm, age, sex, x, y, benign or malignant, place and
/// diagnosis, separated by tabs. `CNNDAT_EN.TXT`: image, age, sex and `non-nodule`, separated by
/// spaces. Lines end with CR, LF or both; an unknown age is `?`.
struct JSRTReadings {
    private var readings: [String: ClinicalReading] = [:]

    /// Looks for `Clinical_Information` in each of the folders.
    init(near folders: [URL]) {
        let places = folders.flatMap { folder in
            ["Clinical_Information", "Clinical_Information/Clinical_Information"].compactMap {
                folder.item($0)
            }
        }
        for place in places where readings.isEmpty {
            for line in Self.lines(of: place.item("CLNDAT_EN.txt")) { addNodule(line) }
            for line in Self.lines(of: place.item("CNNDAT_EN.TXT")) { addHealthy(line) }
        }
    }

    /// The reading of an image.
    subscript(id: String) -> ClinicalReading? { readings[id] }

    private static func lines(of file: URL?) -> [Substring] {
        guard let file, let bytes = try? ImageFile.bytes(of: file) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    }

    private mutating func addNodule(_ line: Substring) {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        guard fields.count >= 8 else { return }
        let finding = fields[7...].filter { !$0.isEmpty }.joined(separator: ", ")
        add(fields[0], age: fields[3], sex: fields[4], finding: finding)
    }

    private mutating func addHealthy(_ line: Substring) {
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count >= 3 else { return }
        add(words[0], age: words[1], sex: words[2], finding: words[3...].joined(separator: " "))
    }

    private mutating func add(_ file: String, age: String, sex: String, finding: String) {
        let letter: String? =
            switch sex.lowercased() {
            case "male", "m": "M"
            case "female", "f": "F"
            default: nil
            }
        readings[LabelTable.stem(of: file).uppercased()] = ClinicalReading(
            sex: letter, age: Int(age), finding: finding)
    }
}
