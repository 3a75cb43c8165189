import Foundation

/// Where the bytes of an output go, after all links were followed.
enum OutputPlace: Hashable, Sendable {
    /// A file by its whole path, which no symbolic link is part of.
    case file(String)
    /// A stream that the process has open, such as standard output.
    case stream(Int32)

    /// As many links are followed, as in the system's own walk.
    private static let longestChain = 40

    /// Follows `path` from the working folder. `-`, `/dev/stdout` and `/dev/fd/N`, also behind links,
    /// are streams.
    init(_ path: String) throws(OutputError) {
        func refused(_ refusal: OutputError.Refusal) -> OutputError {
            .refused(path: path, refusal)
        }
        if path.isEmpty { throw refused(.noName) }
        if path == "-" {
            self = .stream(1)
            return
        }
        let last = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        if ["", ".", ".."].contains(last) { throw refused(.folder) }
        var current = path.hasPrefix("/") ? path : Self.workingFolder + "/" + path
        for _ in 0..<Self.longestChain {
            if let number = Self.streamNumber(current) {
                self = .stream(number)
                return
            }
            current = Self.whole(current)
            guard let link = Self.link(current) else {
                self = .file(current)
                return
            }
            let parent = (current as NSString).deletingLastPathComponent
            current = link.hasPrefix("/") ? link : parent + "/" + link
        }
        throw refused(.linkLoop)
    }

    private static var workingFolder: String { FileManager.default.currentDirectoryPath }

    /// The stream of a name such as `/dev/stdout`; nil for other names.
    private static func streamNumber(_ path: String) -> Int32? {
        let names: [String: Int32] = ["/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2]
        let plain = (path as NSString).standardizingPath
        for candidate in [path, plain] {
            if let number = names[candidate] { return number }
            for folder in ["/dev/fd/", "/proc/self/fd/", "/proc/\(getpid())/fd/"]
            where candidate.hasPrefix(folder) {
                return Int32(candidate.dropFirst(folder.count))
            }
        }
        return nil
    }

    /// What a symbolic link says; nil where there is none.
    private static func link(_ path: String) -> String? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return nil }
        return try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    }

    /// The path with the links of its folders followed, and without `.` and `..`. Of its last part no
    /// link is followed; folders that do not exist count as ordinary ones.
    static func whole(_ path: String) -> String {
        let parts = path.split(separator: "/").map(String.init)
        var base = ""
        for (index, part) in parts.enumerated() where part != "." {
            guard part != ".." else {
                base = base.lastIndex(of: "/").map { String(base[..<$0]) } ?? ""
                continue
            }
            base += "/" + part
            guard index < parts.count - 1, let real = realpath(base, nil) else { continue }
            defer { free(real) }
            base = String(cString: real)
            if base == "/" { base = "" }
        }
        return base.isEmpty ? "/" : base
    }
}
