import Foundation

/// A recipe of CONTRIBUTING.md: files to write, lines to add, suites to run.
struct Recipe: Sendable, CustomStringConvertible {
    /// A numbered step.
    enum Step: Sendable {
        /// A new file.
        case file(path: String, code: String)
        /// An entry in a list of a file, before another or at the end.
        case line(path: String, entry: String, list: String, before: String?)
    }

    /// What is added: "a model".
    let title: String
    let steps: [Step]
    let suites: [String]
    var description: String { title }

    /// All recipes: the sections below "Recipes".
    static func all() throws -> [Recipe] {
        let text = try Repository.text("CONTRIBUTING.md")
        let chapter =
            text.components(separatedBy: "\n## ").first { $0.hasPrefix("Recipes\n") } ?? ""
        return chapter.components(separatedBy: "\n### ").dropFirst().map(Recipe.init)
    }

    init(_ section: String) {
        title = String(section.prefix { $0 != "\n" })
        let parts = section.split(separator: #/(?m)^\d+\. (?=`)/#).dropFirst()
        steps = parts.compactMap { part in
            guard let path = part.firstMatch(of: #/^`([^`]+)`/#)?.1 else { return nil }
            let text = part.replacing(#/\s+/#, with: " ")
            if let line = text.firstMatch(of: #/add `([^`]+)` to `(\w+)`(, before `([^`]+)`)?/#) {
                return .line(
                    path: String(path), entry: String(line.1), list: String(line.2),
                    before: line.4.map(String.init))
            }
            guard let block = part.firstMatch(of: #/(?m)^   ```swift\n([\s\S]*?)^   ```/#)?.1 else {
                return nil
            }
            let lines = block.split(separator: "\n", omittingEmptySubsequences: false).map {
                $0.hasPrefix("   ") ? $0.dropFirst(3) : $0
            }
            return .file(path: String(path), code: lines.joined(separator: "\n"))
        }
        let named = section.firstMatch(of: #/\nSuites: ((?:`\w+`[,.\s]+)+)/#)?.1 ?? ""
        suites = named.matches(of: #/`(\w+)`/#).map { String($0.1) }
    }

    /// Does what the steps say in a copy of the repository.
    func apply(in root: URL) throws {
        for step in steps {
            switch step {
            case .file(let path, let code):
                try Data(code.utf8).write(
                    to: root.appendingPathComponent(path), options: .withoutOverwriting)
            case .line(let path, let entry, let list, let before):
                let file = root.appendingPathComponent(path)
                let text = try String(contentsOf: file, encoding: .utf8)
                guard let changed = Self.adding(entry, to: list, before: before, in: text) else {
                    throw CocoaError(.fileReadCorruptFile)
                }
                try changed.write(to: file, atomically: true, encoding: .utf8)
            }
        }
    }

    /// The text with an entry more in its `static let list`; nil where there is none.
    static func adding(
        _ entry: String, to list: String, before: String?, in text: String
    ) -> String? {
        guard let start = text.firstRange(of: "static let \(list): ["),
            let open = text[start.upperBound...].firstRange(of: "= [")
        else { return nil }
        var depth = 1
        var end = open.upperBound
        while depth > 0, end < text.endIndex {
            if text[end] == "[" { depth += 1 }
            if text[end] == "]" { depth -= 1 }
            end = text.index(after: end)
        }
        let body = text[open.upperBound..<text.index(before: end)]
        var entries = body.trimmingCharacters(in: .whitespacesAndNewlines)
        if entries.hasSuffix(",") { entries.removeLast() }
        if let before {
            guard let place = entries.firstRange(of: before) else { return nil }
            entries.insert(contentsOf: entry + ", ", at: place.lowerBound)
        } else {
            entries += ", " + entry
        }
        return text.replacingCharacters(in: body.startIndex..<body.endIndex, with: entries)
    }
}
