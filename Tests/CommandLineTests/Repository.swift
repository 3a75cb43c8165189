import Foundation

/// The files of this repository.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func url(_ path: String) -> URL { root.appendingPathComponent(path) }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: url(path), encoding: .utf8)
    }

    /// Paths of the files in a folder.
    static func files(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url(folder).path).sorted()
            .map { "\(folder)/\($0)" }
    }

    /// Paths of the files in a folder and the folders in it.
    static func files(below folder: String, ending: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: url(folder).path).sorted()
            .filter { $0.hasSuffix(ending) }.map { "\(folder)/\($0)" }
    }

    /// The targets that `Makefile` has.
    static func targets() throws -> Set<String> {
        Set(try text("Makefile").matches(of: #/(?m)^([a-z][a-z0-9-]*):/#).map { String($0.1) })
    }
}
