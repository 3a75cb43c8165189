import ArgumentParser
import Foundation
import RunStore

/// `lightbox sql`
struct SqlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sql", abstract: "Open the store in the sqlite3 shell, for reading only.",
        discussion: "Needs the sqlite3 shell (Debian: apt install sqlite3). See also query.")

    @OptionGroup var storeOption: StoreOption

    func run() throws {
        // Opens once, so that a missing or damaged store gets its own sentence.
        try storeOption.openForReading().close()
        let arguments = [
            "sqlite3", "-readonly", "-header", "-column", "-cmd", "PRAGMA query_only = ON",
            storeOption.url.path,
        ]
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        pointers.append(nil)
        execvp("sqlite3", &pointers)
        let reason = String(cString: strerror(errno))
        throw CommandFailure(
            .noInput, "cannot start the sqlite3 shell (\(reason)); install it, or use 'query'")
    }
}
