internal import Foundation

/// That one program at a time works in a folder: its standard input is an empty file, locked for as
/// long as it, or anything that it has started and that keeps this input, lives.
final class ProgramHold {
    /// The program's input.
    let descriptor: Int32

    /// How long an earlier program, which is being killed, is waited for, in tenths of a second.
    private static let patience = 50

    /// Takes hold of the place.
    ///
    /// - Throws: `ProgramError.busy` where an earlier program is still at work there.
    init(_ place: ProgramPlace) throws(ProgramError) {
        descriptor = open(
            place.hold.path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else {
            throw .folder(path: place.hold.path, reason: String(cString: strerror(errno)))
        }
        var waits = 0
        // A file system without locks has none to give.
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK || errno == EINTR {
            guard waits < Self.patience else {
                close(descriptor)
                throw .busy(folder: place.work.path)
            }
            waits += 1
            usleep(100_000)
        }
    }

    deinit { close(descriptor) }
}
