import Documents
import Domain
package import Foundation
import Imaging
import Yams

/// Reads `dataset.yaml`. Every key is checked; errors name line and column.
package struct DescriptionReader {
    private let file: URL

    private static let keys = [
        "name", "citation", "licence", "images", "masks", "labels", "structures", "exclusive",
        "table", "classes", "patients", "site", "split", "spacing",
    ]

    /// More than anyone draws.
    private static let mostStructures = 1000

    /// A reader of the file at that place.
    package init(file: URL) { self.file = file }

    /// Whether bytes are a description, and why not.
    package func check(_ bytes: [UInt8]) throws(DatasetError) { _ = try read(bytes) }

    func read(_ bytes: [UInt8]) throws(DatasetError) -> FolderDescription {
        var result = FolderDescription(file: file)
        guard bytes.count <= YAMLText.mostBytes else {
            throw fault(1, 1, YAMLText.tooLong("a data set's description"))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw fault(1, 1, "it is no UTF-8 text")
        }
        let root: Node?
        do throws(YAMLFault) {
            root = try YAMLText.root(of: text, as: "a data set's description")
        } catch {
            throw fault(error.line, error.column, error.problem)
        }
        guard let root, root.scalarText != "" else { return result }
        for (key, value) in try entries(of: root, "keys such as 'images:' and 'masks:'") {
            try read(key, value, into: &result)
        }
        try agree(result, root)
        return result
    }

    private func read(
        _ key: Node, _ value: Node, into result: inout FolderDescription
    ) throws(DatasetError) {
        switch key.shortText {
        case "name": result.title = try line(value, "name")
        case "citation": result.citation = try line(value, "citation")
        case "licence": result.licence = try line(value, "licence")
        case "images": result.images = try place(value)
        case "masks": result.masks = try masks(value)
        case "labels": result.labels = try labels(value)
        case "structures": result.structures = try structures(value)
        case "exclusive": result.isExclusive = try flag(value)
        case "table": result.table = try filePath(value)
        case "classes": try readClasses(value, into: &result)
        case "patients": result.patients = try source(value, of: "patients", word: "{patient}")
        case "site": result.site = try source(value, of: "site", word: "{site}", isFixed: true)
        case "split": try readSplit(value, into: &result)
        case "spacing": result.spacing = try spacing(value)
        case let name where name.hasPrefix("x-"): break
        case let name: throw unknown(name, at: key, in: Self.keys)
        }
    }

    /// What single keys cannot know.
    private func agree(_ result: FolderDescription, _ root: Node) throws(DatasetError) {
        func node(_ name: String) -> Node { value(of: name, in: root) ?? root }
        let named = result.masks.compactMap(\.structure)
        if result.labels != nil, !named.isEmpty {
            throw bad(
                node("labels"), "labels are of masks in one place, and 'masks' names \(named.count)"
            )
        }
        let parts = result.labels?.structures ?? named
        let known = Self.meaning(ofParts: parts).choices.map(\.name)
        for (index, name) in result.structures.enumerated() where !parts.isEmpty {
            guard !known.contains(name) else { continue }
            var place = node("structures")
            if case .sequence(let list) = place { place = list[index] }
            throw bad(
                place, "no mask shows a structure '\(name)'" + NearestName.suffix(name, in: known))
        }
    }

    /// What masks of these structures show.
    static func meaning(ofParts parts: [String]) -> MaskMeaning {
        let all = parts.map { Structure($0) }
        return MaskMeaning(structures: all, parts: all)
    }

    // MARK: Masks

    private func masks(
        _ node: Node
    ) throws(DatasetError) -> [(structure: String?, place: FilePlace)] {
        guard case .mapping = node else { return [(nil, try place(node))] }
        var masks: [(structure: String?, place: FilePlace)] = []
        for (key, value) in try entries(of: node, "structures and their places") {
            let name = try structure(key)
            masks.append((name, try place(value)))
        }
        guard (1...Self.mostStructures).contains(masks.count) else {
            throw bad(
                node, "it names \(masks.count) structures, expected 1 to \(Self.mostStructures)")
        }
        return masks
    }

    private func labels(_ node: Node) throws(DatasetError) -> MaskLabels {
        var entries: [MaskLabels.Entry] = []
        var seen: Set<MaskLabels.Value> = []
        for (key, value) in try self.entries(of: node, "values and names, such as '1: lungs'") {
            guard let text = key.scalarText ?? Self.joined(key),
                let number = MaskLabels.Value(text)
            else { throw bad(key, StructureTable.noValue(key.shortText)) }
            if seen.contains(number) || number.twin.map(seen.contains) == true {
                throw bad(key, "the value \(number) stands there twice")
            }
            seen.insert(number)
            let meaning = try StructureTable.meaning(of: try line(value, "a structure's name")) {
                bad(value, $0)
            }
            entries.append(MaskLabels.Entry(number, meaning))
        }
        let labels = MaskLabels(entries, table: FolderDescription.fileName)
        guard !labels.structures.isEmpty else { throw bad(node, "'labels' names no structure") }
        return labels
    }

    /// `[255, 0, 0]` as a text.
    private static func joined(_ node: Node) -> String? {
        guard case .sequence(let nodes) = node else { return nil }
        return nodes.map { $0.scalarText ?? "?" }.joined(separator: " ")
    }

    private func structures(_ node: Node) throws(DatasetError) -> [String] {
        var nodes = [node]
        if case .sequence(let list) = node { nodes = Array(list) }
        guard (1...Self.mostStructures).contains(nodes.count) else {
            throw bad(node, "it names \(nodes.count), expected 1 to \(Self.mostStructures)")
        }
        var names: [String] = []
        for node in nodes {
            let name = try structure(node)
            if names.contains(name) { throw bad(node, "'\(name)' stands there twice") }
            names.append(name)
        }
        return names
    }

    private func structure(_ node: Node) throws(DatasetError) -> String {
        let name = try line(node, "a structure's name")
        guard case .structure = try StructureTable.meaning(of: name, refuse: { bad(node, $0) })
        else {
            throw bad(node, "'\(name)' is what shows no structure")
        }
        return name
    }

    // MARK: Facts

    private func readClasses(
        _ node: Node, into result: inout FolderDescription
    ) throws(DatasetError) {
        result.classes = try source(node, of: "classes", word: "{class}", others: ["names"])
        guard let names = value(of: "names", in: node) else { return }
        for (key, value) in try entries(of: names, "classes and what they are called") {
            let pair = (try line(key, "a class"), try line(value, "a class's name"))
            result.classNames.append(pair)
        }
    }

    private func readSplit(
        _ node: Node, into result: inout FolderDescription
    ) throws(DatasetError) {
        if let table = value(of: "table", in: node) {
            for (key, _) in try entries(of: node, "a table") where key.shortText != "table" {
                throw unknown(key.shortText, at: key, in: ["table", "column"])
            }
            result.splitTable = try filePath(table)
            return
        }
        result.split = try source(node, of: "split", word: nil, others: ["table"])
    }

    /// `NAME`, `{column: NAME}` or `{pattern: "{patient}_*"}`.
    private func source(
        _ node: Node, of key: String, word: String?, isFixed: Bool = false, others: [String] = []
    ) throws(DatasetError) -> FolderDescription.FactSource? {
        guard case .mapping = node else { return .column(try line(node, "a column's name")) }
        let known = ["column"] + (word == nil ? [] : ["pattern"]) + (isFixed ? ["name"] : [])
        var found: FolderDescription.FactSource?
        for (name, value) in try entries(of: node, "'column:' or 'pattern:'") {
            let next: FolderDescription.FactSource
            switch name.shortText {
            case "column": next = .column(try line(value, "a column's name"))
            case "name" where isFixed: next = .fixed(try line(value, "a name"))
            case "pattern" where word != nil:
                let text = try line(value, "a pattern")
                guard let word, let pattern = NamePattern(text, wanted: word) else {
                    throw bad(
                        value,
                        "'\(text.prefix(40))' is no pattern, expected \(word ?? "") once and "
                            + "'*' for any text, such as \(word ?? "")_*")
                }
                next = .pattern(pattern)
            case let text where others.contains(text): continue
            case let text: throw unknown(text, at: name, in: known + others)
            }
            guard found == nil else { throw bad(name, "'\(key)' says two places; expected one") }
            found = next
        }
        guard found != nil || !others.isEmpty else {
            throw bad(node, "'\(key)' says no place, expected \(known.joined(separator: " or "))")
        }
        return found
    }

    private func spacing(_ node: Node) throws(DatasetError) -> PixelSpacing {
        var nodes = [node, node]
        if case .sequence(let list) = node { nodes = Array(list) }
        let numbers = nodes.compactMap { $0.scalarText.flatMap(Double.init) }
        guard nodes.count == 2, numbers.count == 2,
            numbers.allSatisfy({ (1e-6...1e4).contains($0) })
        else {
            throw bad(
                node,
                "'\(node.shortText)' is no spacing, expected millimetres, one number or rows "
                    + "and columns such as [0.2, 0.2]")
        }
        return PixelSpacing(rows: numbers[0], columns: numbers[1])
    }

    // MARK: Nodes

    private func entries(
        of node: Node, _ expected: String
    ) throws(DatasetError) -> [(key: Node, value: Node)] {
        guard let entries = node.entries else {
            throw bad(node, "'\(node.shortText)', expected \(expected)")
        }
        return entries
    }

    /// What a mapping says of a key; nil where it says nothing.
    private func value(of key: String, in node: Node) -> Node? {
        node.entries?.first { $0.key.shortText == key }?.value
    }

    private func line(_ node: Node, _ what: String) throws(DatasetError) -> String {
        guard let text = node.scalarText, !text.isEmpty, text.count <= 2000,
            !text.contains(where: \.isNewline)
        else { throw bad(node, "'\(node.shortText)', expected \(what), a line of text") }
        return text
    }

    private func flag(_ node: Node) throws(DatasetError) -> Bool {
        switch node.scalarText {
        case "true", "yes": return true
        case "false", "no": return false
        default: throw bad(node, "'\(node.shortText)', expected true or false")
        }
    }

    private func place(_ node: Node) throws(DatasetError) -> FilePlace {
        let text = try line(node, "a folder or a pattern of files")
        do throws(FilePlace.Fault) {
            return try FilePlace(text)
        } catch {
            throw bad(node, "'\(text.prefix(80))', \(error.reason)")
        }
    }

    private func filePath(_ node: Node) throws(DatasetError) -> String {
        let place = try place(node)
        guard place.pattern == nil, place.folder != "." else {
            throw bad(node, "'\(place.text)', expected a file such as labels.csv")
        }
        return place.folder
    }

    private func unknown(_ name: String, at node: Node, in known: [String]) -> DatasetError {
        bad(node, "unknown key '\(name)'" + NearestName.suffix(name, in: known))
    }

    private func bad(_ node: Node, _ reason: String) -> DatasetError {
        fault(node.mark?.line ?? 1, node.mark?.column ?? 1, reason)
    }

    private func fault(_ line: Int, _ column: Int, _ reason: String) -> DatasetError {
        .badDescription(path: file.path, line: line, column: column, reason: reason)
    }
}
