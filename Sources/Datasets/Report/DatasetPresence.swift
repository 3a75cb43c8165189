import Foundation

/// Whether a data set is there: a line of `lightbox data list`.
public struct DatasetPresence: Sendable, Codable, Equatable {
    /// The registry name.
    public let dataset: String
    /// The name in full.
    public let title: String
    /// The folder it was found in; nil when it is not there or needs none.
    public let folder: String?
    /// Number of images; nil when it is not there.
    public let images: Int?
    /// Number of images with a mask; nil when it is not there.
    public let masked: Int?
    /// Why it cannot be used, or a remark; empty when all is well.
    public let remark: String
    /// Whether it is there and cannot be read, as `remark` says.
    public let isBroken: Bool
    /// Whom to cite.
    public let citation: String
    /// Under which terms it may be used.
    public let licence: String

    /// What is found below `root`, for every registry entry and for folders of one's own.
    public static func all(below root: DataRoot) -> [DatasetPresence] {
        let known = DatasetRegistry.all.map { DatasetPresence($0, root) }
        let taken = Set(known.compactMap(\.folder))
        let own = root.ownFolders.filter { !taken.contains($0.path) }
        return known + own.map { DatasetPresence(.ownFolder($0.lastPathComponent), root) }
    }

    /// Where to look instead, when nothing is found below `root`: folders in it that have data sets;
    /// nil where there is none.
    public static func hint(below root: DataRoot) -> String? {
        let places = root.folders.filter { folder in
            let place = DataRoot(folder)
            // Folders of one's own are named from here, by their names.
            return DatasetRegistry.all.contains {
                $0.name != DatasetEntry.ownFolder.name && ((try? $0.list?(place)) ?? nil) != nil
            }
        }.map { root.url.relativePath + "/" + $0.lastPathComponent }
        guard !places.isEmpty else { return nil }
        return "there are data sets in \(places.joined(separator: ", ")): --data \(places[0])"
    }

    /// Where data sets are expected below `root`, for somebody who has none there.
    public static func advice(below root: DataRoot) -> String {
        let place = root.url.relativePath
        return "your own images belong into \(place)/NAME/images, their masks into "
            + "\(place)/NAME/masks; 'lightbox data list --long' says what else is looked for"
    }

    private init(_ entry: DatasetEntry, _ root: DataRoot) {
        dataset = entry.name
        guard let list = entry.list else {
            (title, citation, licence) = (entry.title, entry.citation, entry.licence)
            (folder, images, masked, remark) = (nil, nil, nil, "drawn in memory")
            isBroken = false
            return
        }
        do throws(DatasetError) {
            let listing = try list(root)
            title = listing.description?.title ?? entry.title
            citation = listing.description?.citation ?? entry.citation
            licence = listing.description?.licence ?? entry.licence
            folder = listing.folder.path
            images = listing.sources.count
            masked = listing.sources.count(where: \.isMasked)
            remark = ""
            isBroken = false
        } catch .missingFolder {
            (title, citation, licence) = (entry.title, entry.citation, entry.licence)
            (folder, images, masked, remark) = (nil, nil, nil, "not found")
            isBroken = false
        } catch {
            (title, citation, licence) = (entry.title, entry.citation, entry.licence)
            (folder, images, masked, remark) = (nil, nil, nil, error.description)
            isBroken = true
        }
    }
}
