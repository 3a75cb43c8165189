import Console
import Datasets
import Foundation
import Imaging
import Wording

/// The images of a `predict`, and where what belongs to each of them lies.
struct PredictInputs {
    /// The images in the order in which they are segmented.
    let files: [URL]
    /// Whether several files of each kind are written, so that outputs are folders.
    let isMany: Bool

    /// The folders of masks that were looked into.
    private var folders: [String: MaskFolder] = [:]
    /// The image of each mask that was found.
    private var owners: [URL: URL] = [:]

    /// Finds the images: files as given, the images of folders by name, the lines of `list`.
    ///
    /// - Throws: `CommandFailure` when there is none or a path does not exist.
    init(images: [String], list: String?) throws {
        var files: [URL] = []
        var isMany = images.count > 1 || list != nil
        let manager = FileManager.default
        var leftOut: [String] = []
        func add(_ path: String) throws {
            var isFolder: ObjCBool = false
            guard manager.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw CommandFailure(.noInput, "no image at '\(path)'")
            }
            let url = URL(fileURLWithPath: path)
            guard isFolder.boolValue else { return files.append(url) }
            isMany = true
            let inside = try manager.contentsOfDirectory(atPath: path).sorted()
            let read = inside.filter { !$0.hasPrefix(".") }.map(url.appendingPathComponent)
                .filter(ImageFiles.isOne)
            files += read
            let others = LeftOutFiles(inFolder: url, used: read).text
            if !others.isEmpty { leftOut.append(others) }
            if read.isEmpty {
                throw CommandFailure(.noInput, Self.absence(in: url, called: path, others))
            }
        }
        for path in images { try add(path) }
        if let list {
            guard let text = try? String(contentsOfFile: list, encoding: .utf8) else {
                throw CommandFailure(.noInput, "cannot read the list '\(list)'")
            }
            for line in text.split(whereSeparator: \.isNewline) {
                let path = line.trimmingCharacters(in: .whitespaces)
                if !path.isEmpty, !path.hasPrefix("#") { try add(UserPath.expanded(path)) }
            }
        }
        var seen: Set<String> = []
        let named = files.count
        files = files.filter { seen.insert($0.standardizedFileURL.path).inserted }
        if files.count < named {
            leftOut.append(
                "\(Plural.count(named - files.count, "image")) named twice, and counted once")
        }
        guard !files.isEmpty else {
            throw CommandFailure(
                .noInput, "no images to segment; expected --image FILE, a folder or --list FILE")
        }
        for others in leftOut { Printer.errors.say("lightbox: \(others)") }
        self.files = files
        self.isMany = isMany
    }

    /// Why a folder gives no image: what is there instead, and where images are.
    private static func absence(in folder: URL, called path: String, _ others: String) -> String {
        let manager = FileManager.default
        let inside = ((try? manager.contentsOfDirectory(atPath: path)) ?? []).sorted()
            .filter { !$0.hasPrefix(".") }
        func isFolder(_ name: String) -> Bool {
            var isFolder: ObjCBool = false
            let place = folder.appendingPathComponent(name).path
            return manager.fileExists(atPath: place, isDirectory: &isFolder) && isFolder.boolValue
        }
        let folders = inside.filter(isFolder)
        let files = inside.count - folders.count
        var parts: [String] = []
        if !folders.isEmpty { parts.append(Plural.count(folders.count, "folder")) }
        if files > 0 || folders.isEmpty { parts.append(Plural.count(files, "file")) }
        let text = "no image in '\(path)', which has \(parts.joined(separator: " and "))"
        let full = folders.filter { name in
            let place = folder.appendingPathComponent(name)
            let names = (try? manager.contentsOfDirectory(atPath: place.path)) ?? []
            return names.contains { name in
                !name.hasPrefix(".") && ImageFiles.isOne(place.appendingPathComponent(name))
            }
        }
        // Masks are images too, but seldom what is meant.
        if let likely = full.first(where: { $0 == "images" }) ?? full.first {
            let base = path.hasSuffix("/") ? path : path + "/"
            return text + "; there are images in '\(base)\(likely)'"
        }
        if !others.isEmpty { return text + ": \(others)" }
        return text + "; \(ImageFormatRegistry.list()) are read"
    }

    /// The file of one kind for one image: `output` itself, or the image's name in that folder.
    func place(_ output: String, for image: URL) -> String {
        guard isMany else { return output }
        return output + (output.hasSuffix("/") ? "" : "/") + image.stem + ".png"
    }

    /// The drawn masks of an image, to be united: each of `paths`, or what belongs to the image in
    /// each of those folders; none where no folder has one.
    ///
    /// - Throws: where one file would be the mask of several images, or where some of the folders
    ///   have a mask of the image and others do not: the left lung alone is no mask of the lungs.
    mutating func masks(in paths: [String], for image: URL) throws -> [URL] {
        var found: [URL] = []
        var without: [String] = []
        for path in paths {
            if let mask = try mask(in: path, for: image) {
                found.append(mask)
            } else {
                without.append("'\(path)'")
            }
        }
        guard found.isEmpty || without.isEmpty else {
            throw DatasetError.imageWithoutMask(
                dataset: "", image: image.relativePath,
                expected:
                    "one in each folder, as \(found[0].relativePath) is one: there is none in "
                    + without.joined(separator: ", "), count: 1)
        }
        for mask in found {
            if let other = owners[mask], other != image {
                throw DatasetError.duplicate(
                    dataset: paths.joined(separator: ", "), id: mask.relativePath,
                    paths: [other.relativePath, image.relativePath])
            }
            owners[mask] = image
        }
        return found
    }

    private mutating func mask(in path: String, for image: URL) throws -> URL? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CommandFailure(.noInput, "no mask at '\(path)'")
        }
        guard isFolder.boolValue else {
            guard files.count == 1 else {
                throw CommandFailure(
                    .usage,
                    "--mask '\(path)' is one file for \(Plural.count(files.count, "image")); "
                        + "expected a folder of masks that are named like the images")
            }
            return URL(fileURLWithPath: path)
        }
        let folder: MaskFolder
        if let known = folders[path] {
            folder = known
        } else {
            let stems = Set(files.map(\.stem))
            folder = try MaskFolder(URL(fileURLWithPath: path), images: stems, dataset: path)
            folders[path] = folder
        }
        return folder.mask(of: image.stem)
    }
}
