import Foundation
import Wording

/// Standard output and standard error: the one place where the program prints.
///
/// Nothing is buffered, so that a write that fails is known at once.
public struct Printer: Sendable {
    /// Results.
    public static let standard = Printer(descriptor: STDOUT_FILENO, name: "standard output")
    /// Progress, notes and errors.
    public static let errors = Printer(descriptor: STDERR_FILENO, name: "standard error")

    let descriptor: Int32
    private let name: String

    init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// Prints one line for people: signs that would do something are shown (`VisibleText`), and a
    /// terminal that is too narrow gets it wrapped between words.
    public func print(_ line: String) throws(PrintError) {
        try print([line])
    }

    /// Prints lines for people.
    public func print(_ lines: [String]) throws(PrintError) {
        let columns = Screen(of: self)?.columns
        try write(
            lines.flatMap { WrappedText.sentence(shown($0), within: columns) }
                .map { $0 + "\n" }.joined())
    }

    /// Prints lines that are copied or read by a program, such as those of a script: never wrapped.
    public func print(whole lines: [String]) throws(PrintError) {
        try write(lines.map { shown($0) + "\n" }.joined())
    }

    /// Prints one line where nothing can be done about failure: notes and errors.
    public func say(_ line: String) {
        try? print(line)
    }

    /// Writes text for programs, or with escape sequences of our own, as it is.
    public func write(_ text: String) throws(PrintError) {
        var text = text
        let code: Int32 = text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
                if count >= 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
                } else if errno == EAGAIN {
                    // Somebody made the stream non-blocking: wait until it takes more.
                    var place = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&place, 1, -1)
                } else if errno != EINTR {
                    return errno
                }
            }
            return 0
        }
        if code != 0 { throw PrintError(stream: name, code: code) }
    }

    /// Closes the stream: some file systems say only now that there is no room.
    public func close() throws(PrintError) {
        if Foundation.close(descriptor) != 0, errno != EINTR {
            throw PrintError(stream: name, code: errno)
        }
    }

    /// A line as this stream shows it to people.
    public func shown(_ line: String) -> String {
        let text = VisibleText.line(line)
        guard isTerminal, !TextLocale.isUTF8 else { return text }
        return ASCIIText.of(text)
    }

    /// Whether the stream is a terminal.
    public var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Takes the places of standard streams that are closed, so that no file that is opened later
    /// becomes one of them. What is written there fails, as it should.
    public static func occupyClosedStreams() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest free number is this one: those below are taken.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}

/// What the environment says about the signs that a terminal shows.
enum TextLocale {
    /// Whether it shows UTF-8.
    static let isUTF8 = isUTF8(ProcessInfo.processInfo.environment)

    static func isUTF8(_ environment: [String: String]) -> Bool {
        let name = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
            .first { !$0.isEmpty }
        let word = name?.lowercased() ?? ""
        return word.contains("utf-8") || word.contains("utf8")
    }
}
