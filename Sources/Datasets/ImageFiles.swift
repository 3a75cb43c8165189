package import Foundation
import Imaging

/// Which files of a folder are images.
package enum ImageFiles {
    /// Endings of the formats that data sets have always been read from, in lower case: every file
    /// of that ending is an image, and one that cannot be read is an error.
    static let usualEndings = ["png", "gif", "img"]

    /// Endings of every format that is read.
    private static let endings = Set(ImageFormatRegistry.read.flatMap(\.endings))

    /// Whether a file is an image or mask of one's own. Beside the usual endings the content tells,
    /// where the ending is that of an image or the format's files come without one.
    package static func isOne(_ file: URL) -> Bool {
        let ending = file.pathExtension.lowercased()
        if usualEndings.contains(ending) { return true }
        guard file.lastPathComponent != "DICOMDIR", let format = ImageFormat.of(file), format.isRead
        else { return false }
        return endings.contains(ending) || format.comesWithoutEnding
    }

    /// The files without those that are there a second time under a usual ending.
    static func withoutCopies(_ files: [URL]) -> [URL] {
        func isUsual(_ file: URL) -> Bool {
            usualEndings.contains(file.pathExtension.lowercased())
        }
        let usual = Set(files.filter(isUsual).map(\.stem))
        return files.filter { isUsual($0) || !usual.contains($0.stem) }
    }
}
