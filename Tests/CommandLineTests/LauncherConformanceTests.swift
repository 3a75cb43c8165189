import Foundation
import Launch
import Testing

/// What holds of every launcher of the registry, as a user meets it.
@Suite struct LauncherConformanceTests {
    @Test(arguments: LauncherRegistry.names)
    func aDryRunShowsTheCellsAndWritesNothing(name: String) throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny, to: "e.yaml")
        func files() throws -> [String] {
            try FileManager.default.subpathsOfDirectory(atPath: program.folder.path)
                .filter { !$0.hasPrefix(".") }.sorted()
        }
        let before = try files()
        let dry = try program.run("sweep", "e.yaml", "--dry-run", "--launcher", name)
        #expect(dry.status == 0 && !dry.output.isEmpty, "\(dry.errors)")
        #expect(try files() == before)
        let help = try program.run("sweep", "--help").output.replacing(#/\s+/#, with: " ")
        #expect(help.contains("\(name) (\(try LauncherRegistry.require(name).summary))"))
    }

    @Test(arguments: LauncherRegistry.names)
    func anOptionThatMeansNothingToItIsRefused(name: String) throws {
        let launcher = try LauncherRegistry.require(name)
        let program = try Program()
        try program.write(Program.tiny, to: "e.yaml")
        for key in LaunchOptions.Key.allCases where !launcher.options.contains(key) {
            let ending = try program.run(
                ["sweep", "e.yaml", "--dry-run", "--launcher", name, "--\(key.rawValue)", "2"])
            expectSentence(ending, status: 64, "--\(key.rawValue) means nothing", "'\(name)'")
        }
    }
}
