import CodeStamp
import Foundation
import Testing

/// The program carries a digest of the sources that it was built from, and never an old one.
@Suite struct CodeStampTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func shell(_ command: String, in folder: URL) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = folder
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Runs the script on a package and returns what it wrote.
    private func stamp(_ package: URL, to output: URL) throws -> String {
        let script = Self.root.appendingPathComponent("scripts/code-stamp.sh").path
        _ = try shell("sh '\(script)' '\(package.path)' '\(output.path)'", in: package)
        return try String(contentsOf: output, encoding: .utf8)
    }

    /// The modules that the script counts.
    private static func modules() throws -> [String] {
        let script = try String(
            contentsOf: root.appendingPathComponent("scripts/code-stamp.sh"), encoding: .utf8)
        let list = script.split(separator: "\n").first { $0.hasPrefix("modules=\"") }
        return try #require(list).dropFirst(9).dropLast().split(separator: " ").map(String.init)
    }

    /// A package of the modules' folders, a file in each.
    private func package() throws -> Program {
        let program = try Program()
        for module in try Self.modules() + ["Reports"] {
            let folder = program.folder.appendingPathComponent("Sources/\(module)")
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
            try Data("// \(module)\n".utf8).write(to: folder.appendingPathComponent("a.swift"))
        }
        try Data("// package\n".utf8).write(
            to: program.folder.appendingPathComponent("Package.swift"))
        return program
    }

    private func digest(_ text: String) -> Substring? {
        text.firstRange(of: "digest: \"").map { text[$0.upperBound...].prefix { $0 != "\"" } }
    }

    /// Plain `swift build` made this test: what it was stamped with is what lies there now.
    @Test func theDigestIsThatOfTheSourcesHere() throws {
        let program = try Program()
        let text = try stamp(Self.root, to: program.folder.appendingPathComponent("stamp.swift"))
        #expect(CodeStamp.digest.map { Substring($0) } == digest(text))
        #expect(CodeStamp.digest?.count == 64)
    }

    @Test func everySourceThatDecidesResultsCounts() throws {
        let program = try package()
        let output = program.folder.appendingPathComponent("stamp.swift")
        var seen = [digest(try stamp(program.folder, to: output))]
        func change(_ path: String, _ text: String) throws {
            try Data(text.utf8).write(to: program.folder.appendingPathComponent(path))
            seen.append(digest(try stamp(program.folder, to: output)))
        }
        try change("Sources/Models/a.swift", "// another network\n")
        try change("Sources/CKernels/b.c", "int b;\n")
        try change("Sources/Training/new file.swift", "// new\n")
        #expect(Set(seen).count == 4)
        // Reports decide nothing, nor do files that are no sources.
        try change("Sources/Reports/a.swift", "// another table\n")
        try change("Sources/Models/notes.txt", "notes\n")
        #expect(Set(seen).count == 4)
        // A file of another name with the same content is another source.
        try FileManager.default.moveItem(
            at: program.folder.appendingPathComponent("Sources/CKernels/b.c"),
            to: program.folder.appendingPathComponent("Sources/CKernels/c.c"))
        #expect(!seen.contains(digest(try stamp(program.folder, to: output))))
    }

    @Test func withoutAModuleTheDigestIsUnknown() throws {
        let program = try package()
        let output = program.folder.appendingPathComponent("stamp.swift")
        #expect(digest(try stamp(program.folder, to: output))?.count == 64)
        let last = try #require(try Self.modules().last)
        try FileManager.default.removeItem(
            at: program.folder.appendingPathComponent("Sources/\(last)"))
        #expect(digest(try stamp(program.folder, to: output)) == "unknown")
    }

    @Test func withoutARepositoryTheCommitIsUnknown() throws {
        let program = try package()
        let output = program.folder.appendingPathComponent("stamp.swift")
        #expect(try stamp(program.folder, to: output).contains("commit: \"unknown\""))
        let before = try FileManager.default.attributesOfItem(atPath: output.path)
        _ = try stamp(program.folder, to: output)
        let after = try FileManager.default.attributesOfItem(atPath: output.path)
        // Nothing changed: the file is not touched, so that nothing is built again.
        #expect(
            before[.modificationDate] as? Date == after[.modificationDate] as? Date
                && before[.systemFileNumber] as? Int == after[.systemFileNumber] as? Int)
    }

    @Test func commitAndChangesAreTold() throws {
        let program = try package()
        let output = program.folder.appendingPathComponent("../\(UUID().uuidString).swift")
            .standardizedFileURL
        defer { try? FileManager.default.removeItem(at: output) }
        _ = try shell("git init -q .", in: program.folder)
        // A repository that does not hold the package says nothing about it.
        #expect(try stamp(program.folder, to: output).contains("commit: \"unknown\""))
        _ = try shell(
            """
            git add -A && git -c user.name=t -c user.email=t@example.org commit -qm one
            """, in: program.folder)
        let commit = try shell("git rev-parse HEAD", in: program.folder)
        try #require(commit.count == 40)
        #expect(
            try stamp(program.folder, to: output).contains(
                "commit: \"\(commit)\", isDirty: false"))
        try Data("notes".utf8).write(to: program.folder.appendingPathComponent("notes.md"))
        #expect(try stamp(program.folder, to: output).contains("isDirty: false"))
        try Data("// x".utf8).write(
            to: program.folder.appendingPathComponent("Sources/Models/a.swift"))
        #expect(try stamp(program.folder, to: output).contains("isDirty: true"))
    }

    @Test func theProgramTellsItsCode() throws {
        let doctor = try Program().run("doctor")
        #expect(
            doctor.output.contains("Code          \(CodeStamp.digest?.prefix(10) ?? "unknown")"))
    }
}
