internal import Files
internal import Foundation

/// A database that is written beside its place and takes it only when it is whole.
struct DatabaseDraft: ~Copyable {
    private let output: Output
    /// Where it is written.
    let path: String

    /// A draft for `output`.
    init(of output: Output) throws {
        self.output = output
        path = try output.draft()
    }

    deinit { for suffix in [""] + DatabaseFile.logs { unlink(path + suffix) } }

    /// Lets `body` write the draft; a full disk is one of the output.
    func write<Value>(_ body: (String) throws -> Value) throws -> Value {
        do {
            return try body(path)
        } catch StoreError.diskFull {
            throw OutputError.failed(
                path: output.name, reason: String(cString: strerror(ENOSPC)))
        } catch StoreError.cannotOpen(let name, let reason) where name == path {
            throw OutputError.failed(path: output.name, reason: reason)
        }
    }

    /// Gives the draft its place.
    ///
    /// - Parameter isListed: whether the ledger of the folder remembers it.
    func adopt(isListed: Bool) throws { try output.adopt(path, isListed: isListed) }
}
