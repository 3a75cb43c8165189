import Foundation

/// A block of code of a document.
struct DocumentBlock: Sendable {
    /// Path of the document.
    let document: String
    /// The heading of the second level above it.
    let section: String
    /// Where it begins, from 1.
    let line: Int
    /// What stands behind the fence: `sh` for commands, `console` for commands behind `$ ` with what
    /// they print.
    let language: String
    let text: String
    /// Why no test runs it: of the comment `<!-- not run: REASON -->` above it.
    let reason: String?
    /// What file it is: of the comment `<!-- file: NAME -->` above it.
    let file: String?

    /// Documents that people read; changes of old versions are none.
    static func documents() throws -> [String] {
        let folders = ["docs", "experiments", "results", "examples", "python"]
        let top = try FileManager.default.contentsOfDirectory(atPath: Repository.root.path)
            .filter { $0.hasSuffix(".md") && $0 != "CHANGELOG.md" }
        return try top.sorted()
            + folders.flatMap { try Repository.files(below: $0, ending: ".md") }
    }

    /// The blocks of a document in their order, also those within lists.
    static func all(in document: String) throws -> [DocumentBlock] {
        var blocks: [DocumentBlock] = []
        var section = ""
        var above = ""
        var open: (line: Int, indent: Int, language: String, note: String, lines: [Substring])?
        let lines = try Repository.text(document).split(
            separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let indent = line.prefix { $0 == " " }.count
            let isFence = line.dropFirst(indent).hasPrefix("```")
            if var block = open {
                guard isFence, line.dropFirst(indent) == "```" else {
                    block.lines.append(line.dropFirst(min(indent, block.indent)))
                    open = block
                    continue
                }
                blocks.append(
                    DocumentBlock(
                        document: document, section: section, line: block.line,
                        language: block.language, text: block.lines.joined(separator: "\n"),
                        reason: remark("not run", in: block.note),
                        file: remark("file", in: block.note)))
                open = nil
            } else if isFence {
                open = (index + 1, indent, String(line.dropFirst(indent + 3)), above, [])
            } else if line.hasPrefix("## ") {
                section = String(line.dropFirst(3))
            }
            above = line.trimmingCharacters(in: .whitespaces)
        }
        return blocks
    }

    private static func remark(_ key: String, in line: String) -> String? {
        guard line.hasPrefix("<!-- \(key): "), line.hasSuffix(" -->") else { return nil }
        return String(line.dropFirst(key.count + 7).dropLast(4))
    }

    /// What a shell runs; nil where the block is none of commands.
    var script: String? {
        switch language {
        case "sh": text
        case "console":
            text.split(separator: "\n").filter { $0.hasPrefix("$ ") }.map { $0.dropFirst(2) }
                .joined(separator: "\n")
        default: nil
        }
    }

    /// The experiment's name where the block is an experiment file.
    var experiment: String? {
        guard language == "yaml" else { return nil }
        return text.firstMatch(of: #/\Aname: ([\w.-]+)/#).map { String($0.1) }
    }

    /// The commands of the program, as they are typed: those that go on in the next line, by a
    /// backslash or within quotes, are one.
    var commands: [String] {
        var commands: [String] = []
        var open = ""
        for line in (script ?? "").split(separator: "\n") {
            open += (open.isEmpty ? "" : "\n") + line
            let isQuoted = open.filter { $0 == "\"" }.count % 2 == 1
            if open.hasSuffix("\\") || isQuoted { continue }
            if open.hasPrefix("lightbox ") { commands.append(open) }
            open = ""
        }
        return commands
    }
}
