package import Datasets
import Domain
import Foundation
package import Specification
import Training

/// Names of classes or structures as files and stores keep them: a JSON list, so that a name may hold
/// anything.
package struct NameList: Hashable {
    /// Key of the classes in a file of weights.
    package static let classes = "lightbox.classes"
    /// Key of the structures, where they are not the data set's one mask.
    package static let structures = "lightbox.structures"

    package let names: [String]

    package init(_ names: [String]) { self.names = names }

    /// The names in a JSON list; nil for other text.
    package init?(json: String) {
        guard let names = try? JSONDecoder().decode([String].self, from: Data(json.utf8)) else {
            return nil
        }
        self.names = names
    }

    /// The names of classes that a file of weights gives.
    ///
    /// Older files join them by commas, which a name may hold too: there `known`, the names that
    /// the store has, decide.
    package init(metadata: String, known: [String]?) {
        if let list = NameList(json: metadata) {
            self = list
        } else if let known, known.joined(separator: ",") == metadata {
            names = known
        } else {
            names = metadata.split(separator: ",").map(String.init)
        }
    }

    /// The structures that a file of weights segments, as it names them or, where it has the data
    /// set's own, as `entry` does; nil where nobody has named the one that there is.
    package static func structures(
        _ metadata: [String: String], of cell: Cell, in entry: DatasetEntry?
    ) -> [String]? {
        if let named = metadata[structures].flatMap(NameList.init(json:))?.names { return named }
        // What the masks of one's own folder show its files say.
        guard !cell.dataset.hasPrefix("folder") else { return nil }
        return try? entry?.masks.choosing(cell.used.settings.structures).names
    }

    /// The names as a JSON list.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(names)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }
}
