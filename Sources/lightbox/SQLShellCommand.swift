import ArgumentParser
import Foundation
import RunStore

/// `lightbox sql`
struct SQLShellCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sql", abstract: "Open the store in the sqlite3 shell, read-only.",
        discussion: """
            Needs the program sqlite3. The shell's own commands are not guarded as 'lightbox \
            query' is, and it lacks median, stddev and percentile.
            """)

    @OptionGroup var storeOption: StoreOption

    func run() throws {
        _ = try storeOption.openForReading()
        let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let program = folders.split(separator: ":").map { "\($0)/sqlite3" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let program else {
            throw CommandFailure(
                .noInput,
                "no program 'sqlite3' on the PATH; install the package sqlite3, or use "
                    + "'lightbox query'")
        }
        // By its whole path: the shell takes a name that begins with '-' or ':' for something else.
        let arguments = ["sqlite3", "-readonly", "-header", "-column", storeOption.url.path]
        var pointers = arguments.map { strdup($0) }
        pointers.append(nil)
        // Only comes back when it failed: the shell takes the place of this process.
        execv(program, pointers)
        let code = errno
        pointers.forEach { free($0) }
        throw CommandFailure(
            .inputOutput, "cannot start '\(program)': \(String(cString: strerror(code)))")
    }
}
