public import Foundation

/// What tells a file from every other one, whatever names and links lead to it.
public struct FileIdentity: Hashable, Sendable {
    /// Device that holds it.
    public let device: UInt64
    /// Its number there.
    public let number: UInt64

    /// The file that `path` leads to; nil where there is none.
    public init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// The file of which the system said `status`.
    public init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(truncatingIfNeeded: status.st_ino)
    }
}
