import Foundation

/// Where files lie below a folder: `masks/heart`, or `masks/*_heart.png`, where `*` is the image's name.
struct FilePlace: Sendable, Hashable {
    /// As it was written.
    let text: String
    /// The folder below the data set's; `.` for that itself.
    let folder: String
    /// What the files are called; nil where they are called as images and masks are.
    let pattern: NamePattern?

    /// Why a text is no place.
    struct Fault: Error {
        let reason: String
    }

    /// Reads a place; it never leads out of the folder.
    init(_ text: String) throws(Fault) {
        self.text = text
        var parts = text.split(separator: "/").map(String.init)
        guard !parts.isEmpty, text.utf8.count <= 1000, !text.contains("\0") else {
            throw Fault(reason: "expected a folder, or a pattern such as masks/*_heart.png")
        }
        guard !text.hasPrefix("/"), !text.hasPrefix("~"), !parts.contains("..") else {
            throw Fault(reason: "expected a place in the folder of dataset.yaml")
        }
        if let last = parts.last, last.contains("*") {
            pattern = NamePattern(last, wanted: "*")
            parts.removeLast()
            guard pattern != nil else {
                throw Fault(reason: "expected one '*', which stands for the image's name")
            }
        } else {
            pattern = nil
        }
        guard !parts.contains(where: { $0.contains("*") }) else {
            throw Fault(reason: "expected '*' in the name of the files, not of their folder")
        }
        folder = parts.isEmpty ? "." : parts.joined(separator: "/")
    }

    /// The name of the image that a file belongs to; nil where the pattern does not fit.
    func id(of file: URL) -> String? {
        guard let pattern else { return file.stem }
        return pattern.match(file.lastPathComponent) ?? pattern.match(file.stem)
    }
}
