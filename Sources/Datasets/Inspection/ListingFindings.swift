import Domain
import Foundation
import Wording

/// What names, folders and tables give away, without a look at any pixel.
struct ListingFindings {
    let listing: DatasetListing

    /// What holds for training and `data check` alike, in no order.
    var shared: [DatasetFinding] {
        var findings =
            listing.tableFaults.findings + listing.tableFindings
            + LeftOutFiles(in: listing).findings
        if let table = listing.splitTable {
            findings.append(DatasetFinding(.note, .splitTable, "splits taken from \(table.path)"))
        }
        for (names, noun) in [
            (listing.classNames, "classes"), (listing.sources.compactMap(\.patient), "patients"),
            (listing.masks?.parts.map(\.name) ?? [], "structures"),
        ] {
            let similar = NameKey.similar(names).map {
                $0.map { "'\($0)'" }.joined(separator: " and ")
            }
            if similar.isEmpty { continue }
            findings.append(
                DatasetFinding(
                    .warning, .similarNames,
                    "\(noun) that differ in capitals, blanks, unseen signs or zeros only",
                    similar))
        }
        for (names, noun) in [
            (listing.classNames, "class"), (listing.sources.compactMap(\.patient), "patient"),
        ] {
            let words = Set(names.filter(Self.isMissing)).sorted()
            if words.isEmpty { continue }
            findings.append(
                DatasetFinding(
                    .warning, .similarNames,
                    "a \(noun) called \(words.map { "'\($0)'" }.joined(separator: " and ")), which "
                        + "usually stands for none; expected an empty field", words))
        }
        let bare = listing.sources.filter { $0.classIndex == nil }.map(\.id)
        if !listing.classNames.isEmpty,
            let missing = DatasetFinding(.note, .missingClass, bare, "image", "without a class")
        {
            findings.append(missing)
        }
        return findings
    }

    /// Whether a name is what programs write where there is none.
    private static func isMissing(_ name: String) -> Bool {
        ["nan", "na", "n/a", "none", "null", "unknown", "-", "?", "<na>", "#n/a"]
            .contains(name.lowercased())
    }

    /// What keeps the listing from being loaded, and images without a mask.
    var completeness: [DatasetFinding] {
        let sources = listing.sources
        let bare = sources.filter { !$0.isMasked }.map(\.id)
        let twins = zip(sources, sources.dropFirst()).filter { $0.id == $1.id }.map { $0.0.id }
        return [
            DatasetFinding(
                listing.needsEveryMask || bare.count == sources.count ? .error : .note,
                .missingMask, bare, "image", "without a mask (expected \(listing.maskPlace))"),
            DatasetFinding(
                .error, .extraMask, listing.orphanMasks.map(\.path), "mask", "without an image"),
            DatasetFinding(.error, .duplicateName, twins, "name", "of several files"),
        ].compactMap(\.self)
    }
}
