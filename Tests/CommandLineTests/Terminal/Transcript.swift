import Foundation
import Testing

/// What a user sees who types commands into a terminal of 80 columns and 24 rows, one after the
/// other.
struct Transcript {
    private let program: Program
    private(set) var text = ""

    /// A transcript in the program's folder.
    init(of program: Program) throws {
        self.program = program
        let bin = program.folder.appendingPathComponent("bin")
        try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: bin.appendingPathComponent("lightbox"), withDestinationURL: Program.executable)
    }

    /// Types a command; where a pager opens, its first screen is read and left with q.
    ///
    /// - Parameter isSorted: whether the order of the answer's lines says nothing, because it
    ///   depends on the machine or on which process was first.
    mutating func type(
        _ command: String, status: Int = 0, isSorted: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let session = try TerminalSession(
            ["/bin/sh", "-c", command], in: program.folder,
            environment: [
                "PATH": "\(program.folder.path)/bin:\(path)", "LIGHTBOX_DATA": "data/demo",
            ])
        try session.wait(for: "the end of \(command), or a pager", sourceLocation: sourceLocation) {
            $0.shown.last == ":" || $0.text.contains("[ended ")
        }
        var answer = session.text
        if session.screen.shown.last == ":" {
            answer = session.screen.shown.joined(separator: "\n")
            session.type("q")
        }
        let end = try session.end(sourceLocation: sourceLocation)
        #expect(end == status, "\(command): \(session.text)", sourceLocation: sourceLocation)
        let widest = answer.split(separator: "\n").map(\.count).max() ?? 0
        #expect(widest <= 80, "\(command)", sourceLocation: sourceLocation)
        let shown = answer.split(separator: "\n", omittingEmptySubsequences: false)
        // Whether the longest `done` lines are wrapped depends on how long the cell took.
        let before = [""] + shown.dropLast()
        var lines = zip(before, shown).compactMap { before, line in
            before.hasPrefix("done ") && !before.hasSuffix(" s") ? nil : masked(line)
        }
        if isSorted { lines = Set(lines).sorted() }
        text += "$ \(command)\n" + lines.joined(separator: "\n") + "\n\n"
    }

    /// A line without what differs from run to run and from machine to machine.
    private func masked(_ line: Substring) -> String {
        let volatile = ["host", "cpu", "threads", "lightbox_version", "git_revision", "pid"]
        if let name = volatile.first(where: { line.hasPrefix($0 + " ") }) { return "\(name)  …" }
        var text = String(line).replacing(program.folder.path, with: "FOLDER")
        text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z?/, with: "TIME")
        // A build without a repository has no commit.
        text.replace(/Code: [0-9a-f]{10}( \(commit [0-9a-f]+\+?\))?/, with: "Code: DIGEST")
        text.replace(/[0-9a-f]{7,}…/, with: "DIGEST")
        text.replace(/CPU: .*/, with: "CPU: …")
        text.replace(/\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{10,}\b/, with: "DIGEST")
        text.replace(/MCUCXR_\d+_\d/, with: "MCUCXR_N")
        text.replace(/\d+\.\d+(e-?\d+)?/, with: "N.N")
        text.replace(/\b\d+ (s|min)\b/, with: "N s")
        text.replace(/^(done .* run \d+),.*/) { "\($0.1), …" }
        text.replace(/\b(\d+|N\.N)(?=  +width \d)/, with: "N.N")
        text.replace(/\b\d{5,}\b/, with: "N")
        text.replace(/─+/, with: "──")
        text.replace(/[ ]{2,}/, with: "  ")
        while text.last == " " { text.removeLast() }
        return text
    }
}
