import Foundation

/// The commands and experiments that README.md and other documents show.
enum Readme {
    /// The blocks of code of a section, each with its language ("" for commands).
    static func blocks(
        of section: String, in document: String = "README.md"
    ) throws -> [(language: String, text: String)] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: document)
        let text = try String(contentsOf: file, encoding: .utf8)
        var isInside = false
        var open: (language: String, lines: [String])?
        var blocks: [(String, String)] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("## ") { isInside = line.dropFirst(3) == section }
            guard isInside else { continue }
            if line.hasPrefix("```") {
                if let block = open {
                    blocks.append((block.language, block.lines.joined(separator: "\n")))
                    open = nil
                } else {
                    open = (String(line.dropFirst(3)), [])
                }
            } else {
                open?.lines.append(String(line))
            }
        }
        return blocks
    }

    /// The commands of the program in a section, as they are typed: those that go on in the next
    /// line, by a backslash or within quotes, are one.
    static func commands(
        of section: String, in document: String = "README.md"
    ) throws -> [String] {
        var commands: [String] = []
        for block in try blocks(of: section, in: document) where block.language.isEmpty {
            var open = ""
            for line in block.text.split(separator: "\n") {
                open += (open.isEmpty ? "" : "\n") + line
                let isQuoted = open.filter { $0 == "\"" }.count % 2 == 1
                if open.hasSuffix("\\") || isQuoted { continue }
                if open.hasPrefix("lightbox ") { commands.append(open) }
                open = ""
            }
        }
        return commands
    }

    /// The experiment of that name in a section.
    static func experiment(
        _ name: String, in section: String, of document: String = "README.md"
    ) throws -> String? {
        try blocks(of: section, in: document).first {
            $0.language == "yaml" && $0.text.hasPrefix("name: \(name)\n")
        }?.text
    }
}
