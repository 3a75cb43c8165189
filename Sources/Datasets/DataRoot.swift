internal import Domain
public import Foundation
internal import Wording

/// The folder below which the official data set folders lie.
///
/// It is the folder given by the user (`--data`), else the experiment file's `data:`, else the
/// environment's `LIGHTBOX_DATA`, else `data` in the working directory.
public struct DataRoot: Sendable, Equatable {
    /// The folder; it need not exist.
    public let url: URL
    /// Where the choice came from: `--data`, `data: of the experiment file`, `LIGHTBOX_DATA` or
    /// `default`.
    public let origin: String
    /// What tells the patients of DICOM files apart.
    var patients = PatientKey.standard()

    /// A given folder.
    public init(_ url: URL, origin: String = "--data") {
        self.url = url
        self.origin = origin
    }

    /// The first of `option`, `experiment` (the file's `data:`), `LIGHTBOX_DATA` and `./data` that is
    /// set: a file that names its data means these, whoever runs it.
    public init(
        option: String?, experiment: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        if let option, !option.isEmpty {
            self.init(URL(fileURLWithPath: UserPath.expanded(option)), origin: "--data")
        } else if let experiment, !experiment.isEmpty {
            self.init(
                URL(fileURLWithPath: UserPath.expanded(experiment)),
                origin: "data: of the experiment file")
        } else if let path = environment["LIGHTBOX_DATA"], !path.isEmpty {
            self.init(URL(fileURLWithPath: UserPath.expanded(path)), origin: "LIGHTBOX_DATA")
        } else {
            self.init(URL(fileURLWithPath: "data"), origin: "default")
        }
    }

    /// The first of the folders `candidates` (relative; "." is the root itself) that holds every
    /// item of `parts`.
    func folder(
        for dataset: String, among candidates: [String], holding parts: [String]
    ) throws(DatasetError) -> URL {
        for candidate in candidates {
            guard let folder = url.item(candidate) else { continue }
            if parts.allSatisfy({ folder.item($0) != nil }) { return folder }
        }
        throw missing(
            dataset,
            searched: candidates.map { candidate in
                url.expected(candidate).expected(parts.first ?? ".")
            })
    }

    /// The folders in it, by name, without hidden ones.
    var folders: [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted().map(url.appendingPathComponent).filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: $0.path, isDirectory: &isFolder)
                && isFolder.boolValue
        }
    }

    /// The folders in it that are data sets of one's own.
    var ownFolders: [URL] {
        folders.filter { ($0.item("images") ?? $0.item(FolderDescription.fileName)) != nil }
    }

    /// What data sets of one's own in it are called: `folder:NAME`.
    private var ownNames: [String] { ownFolders.map { "folder:" + $0.lastPathComponent } }

    /// The data set of one's own in it of which `name` is the folder, or a path of the folder.
    func ownSet(called name: String) -> String? {
        let last = name.split(separator: "/").last.map(String.init) ?? name
        return ownNames.first { $0 == (last.hasPrefix("folder:") ? last : "folder:" + last) }
    }

    /// The one whose name `name` is nearly, or the beginning of.
    func ownSet(near name: String) -> String? {
        let name = name.hasPrefix("folder:") ? name : "folder:" + name
        let begun = ownNames.filter { $0.lowercased().hasPrefix(name.lowercased()) }
        if let first = begun.first, name != "folder:" { return first }
        // The prefix is no part of what is spelled.
        let spelled = String(name.dropFirst("folder:".count))
        return NearestName.of(spelled, in: ownFolders.map(\.lastPathComponent)).map {
            "folder:" + $0
        }
    }

    /// The error of a data set that is in none of `places`; it names what hides one of them.
    func missing(_ dataset: String, searched places: [URL]) -> DatasetError {
        for place in places {
            if let reason = place.obstacle {
                return .unreadableFolder(path: place.path, reason: reason)
            }
        }
        return .missingFolder(dataset: dataset, searched: places.map(\.path), root: self)
    }

    /// The nearest of one's own data sets that are there, where `dataset` names one of these; nil
    /// where there is none. Looked for when the sentence is read: not all who ask for a folder are
    /// surprised that it is not there.
    func advice(insteadOf dataset: String) -> String? {
        guard dataset.hasPrefix("folder:") else { return nil }
        let own = ownNames
        guard !own.isEmpty else { return nil }
        return NearestName.suffix(
            nearest: ownSet(called: dataset) ?? ownSet(near: dataset), known: own)
    }
}
