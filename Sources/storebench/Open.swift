import ArgumentParser
import Foundation
import RunStore

/// Opens a store for writing, made when there is none.
struct Open: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Open a store and close it.")

    @Option(help: "Store.") var store: String

    func run() throws {
        let store = try RunStore(at: URL(fileURLWithPath: store))
        try store.record(EventRecord(level: .info, message: "opened by \(getpid())"))
        try store.close()
    }
}
