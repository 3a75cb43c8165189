import Domain
import Foundation
import Imaging

/// The masks of a folder of one's own: which files show which structure.
///
/// `dataset.yaml` says where they are; without it they lie in `masks`, or in a folder for each
/// structure there. The table `structures.csv` says what the values of label maps show.
struct FolderMasks {
    /// The masks of each part; of label maps one entry, whose files show every part.
    private(set) var parts: [(part: String, folder: MaskFolder)] = []
    /// What they show, where the folder says it.
    private(set) var meaning: MaskMeaning?
    /// What the values of label maps show.
    private(set) var labels: MaskLabels?
    /// The table of it.
    private(set) var table: URL?
    /// What is odd about the folders.
    private(set) var findings: [DatasetFinding] = []

    private let folder: URL
    private let images: Set<String>

    /// Looks for masks of images.
    ///
    /// - Parameters:
    ///   - images: names of the images.
    ///   - structure: what masks of one place show where nothing says it.
    ///   - isOwn: whether structures may have folders or values of their own.
    init(
        of images: Set<String>, in folder: URL, showing structure: String, isOwn: Bool,
        description: FolderDescription?, belongs: (URL) -> Bool
    ) throws(DatasetError) {
        self.folder = folder
        self.images = images
        if isOwn, description?.labels == nil, let file = folder.item(StructureTable.fileName) {
            table = file
        }
        let described = description?.masks ?? []
        if described.contains(where: { $0.structure != nil }) {
            try addEach(described, belongs)
        } else {
            try addFound(
                at: described.first?.place, showing: structure, isOwn: isOwn, description, belongs)
        }
        if let chosen = description?.structures, !chosen.isEmpty, let meaning {
            self.meaning = try meaning.choosing(chosen, in: folder.lastPathComponent)
        }
    }

    // MARK: Places

    /// Masks in places that `dataset.yaml` names for each structure.
    private mutating func addEach(
        _ places: [(structure: String?, place: FilePlace)], _ belongs: (URL) -> Bool
    ) throws(DatasetError) {
        let all = places.map(\.place)
        for (structure, place) in places {
            let contents = try FolderContents(folder.expected(place.folder), belongs: belongs)
            parts.append((structure ?? "mask", try masks(contents, at: place, among: all)))
        }
        meaning = DescriptionReader.meaning(ofParts: parts.map(\.part))
        refuseTable("since dataset.yaml names the masks of each structure")
        let unused = Set(all.filter { $0.pattern != nil }.map(\.folder)).sorted()
        for name in unused {
            let contents = try FolderContents(folder.expected(name), belongs: belongs)
            let others = contents.files.filter { file in
                !all.contains { $0.folder == name && $0.id(of: file) != nil }
            }
            let finding = DatasetFinding(
                .warning, .leftOut, others.map(\.path), "file",
                "in \(name) that no pattern of dataset.yaml fits, left out")
            if let finding { findings.append(finding) }
        }
    }

    /// Masks in one place, or in folders there that are called as what they show.
    private mutating func addFound(
        at place: FilePlace?, showing structure: String, isOwn: Bool,
        _ description: FolderDescription?, _ belongs: (URL) -> Bool
    ) throws(DatasetError) {
        let url = folder.expected(place?.folder ?? "masks")
        let plain = try FolderContents(url, optional: place == nil, belongs: belongs)
        let isIndexed = place?.pattern != nil || url == folder.expected(".")
        let folders = isOwn && !isIndexed ? try Self.structureFolders(in: url) : []
        if plain.files.isEmpty, !folders.isEmpty, description?.labels == nil {
            try add(folders, belongs)
            return
        }
        if !plain.files.isEmpty, !folders.isEmpty {
            findings.append(
                DatasetFinding(
                    .warning, .leftOut,
                    "folders in \(url.lastPathComponent) left out, since masks lie beside them",
                    folders.map(\.path)))
        }
        if let values = description?.labels {
            labels = values
        } else if let table {
            labels = try StructureTable.read(table)
        }
        let named = description?.structures ?? []
        if labels == nil, named.count > 1, let description {
            throw .badDescription(
                path: description.file.path, line: 1, column: 1,
                reason: "'structures' names \(named.count) of masks in one place; expected their "
                    + "values under 'labels:', or their places under 'masks:'")
        }
        let name = labels == nil ? named.first ?? structure : structure
        let place = place ?? (try? FilePlace("masks"))
        guard let place else { return }
        parts = [(name, try masks(plain, at: place, among: [place]))]
        if let labels {
            meaning = DescriptionReader.meaning(ofParts: labels.structures)
        } else if !named.isEmpty {
            meaning = .structure(name)
        }
    }

    /// A folder of masks for each structure.
    private mutating func add(
        _ folders: [URL], _ belongs: (URL) -> Bool
    ) throws(DatasetError) {
        for folder in folders {
            try Self.refuseName(of: folder)
            let contents = try FolderContents(folder, belongs: belongs)
            let files = try MaskFolder(
                contents, images: images, dataset: self.folder.lastPathComponent)
            parts.append((folder.lastPathComponent, files))
        }
        meaning = DescriptionReader.meaning(ofParts: parts.map(\.part))
        refuseTable("since masks lie in a folder for each structure")
    }

    /// The masks of one place; of several patterns that fit a file, the one that fixes more signs
    /// has it.
    private func masks(
        _ contents: FolderContents, at place: FilePlace, among all: [FilePlace]
    ) throws(DatasetError) -> MaskFolder {
        let name = folder.lastPathComponent
        guard let pattern = place.pattern else {
            return try MaskFolder(contents, images: images, dataset: name)
        }
        let rivals = all.filter { other in
            other.folder == place.folder && (other.pattern?.weight ?? 0) > pattern.weight
        }
        var files: [String: URL] = [:]
        for file in contents.files {
            guard let id = place.id(of: file), !rivals.contains(where: { $0.id(of: file) != nil })
            else { continue }
            if let other = files[id] {
                throw .duplicate(dataset: name, id: id, paths: [other.path, file.path])
            }
            files[id] = file
        }
        return MaskFolder(contents.folder, files: files)
    }

    /// The folders in the folder of masks, each of which holds a structure's.
    private static func structureFolders(in place: URL) throws(DatasetError) -> [URL] {
        try FolderContents(place, optional: true) { file in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
                && isFolder.boolValue
        }.files
    }

    private static func refuseName(of folder: URL) throws(DatasetError) {
        guard !Structure.isName(folder.lastPathComponent) else { return }
        throw .badName(
            path: folder.path,
            expected: "a structure's name of letters, digits, spaces, - and _, not "
                + "'\(Structure.all)' or '\(Structure.standard)'")
    }

    /// Says that the table of values is not read, where there is one.
    private mutating func refuseTable(_ reason: String) {
        labels = nil
        guard let table else { return }
        findings.append(
            DatasetFinding(
                .warning, .leftOut, "\(table.lastPathComponent) is not read, \(reason)",
                [table.path]))
        self.table = nil
    }
}
