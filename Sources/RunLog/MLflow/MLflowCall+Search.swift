internal import Domain
internal import RunStore

extension MLflowCall {
    static let searches = [
        MLflowCall(["POST"], "runs/search") { fields, tracker in
            var question = try MLflowFilter.question(
                fields, of: .runs, largest: 50_000, standard: 1000)
            question.stage = try MLflowFilter.stage(fields, "run_view_type")
            question.experiments = try numbers(of: fields, tracker)
            let found = try tracker.search(question)
            return MLflowWire.page(
                "runs", found.runs.map(MLflowWire.json), question, hasMore: found.hasMore)
        }
    ]

    /// The experiments in which a search looks, by their numbers in the store.
    static func numbers(of fields: MLflowFields, _ tracker: MLflowTracker) throws -> [Int64] {
        let ids = try fields.texts("experiment_ids")
        guard ids.count <= 10_000 else {
            throw fields.bad("experiment_ids", "\(ids.count) entries", "10000 at most")
        }
        return try ids.map { id in
            if id == MLflowWire.standardNumber {
                return try tracker.experiment(named: MLflowWire.standard)?.number ?? 0
            }
            guard let number = Int64(id) else {
                throw fields.bad("experiment_ids", "'\(id.prefix(40))'", "numbers")
            }
            return number
        }
    }

    static let files = [
        MLflowCall(["GET"], "artifacts/list") { fields, tracker in
            let run = try tracker.run(fields.runID())
            let folder = try fields.text("path") ?? ""
            return [
                "root_uri": .text(MLflowWire.artifacts(of: run)),
                "files": .list(
                    try MLflowFiles.entries(of: run.id, in: folder, tracker).map {
                        $0.json(below: folder)
                    }),
            ]
        }
    ]
}

/// Files of a run as a tree.
enum MLflowFiles {
    /// A file or a folder within a folder.
    struct Entry {
        let name: String
        /// Nil for a folder.
        let bytes: Int64?

        /// - Parameter folder: what stands before the name.
        func json(below folder: String = "") -> JSONValue {
            var members: [String: JSONValue] = [
                "path": .text(folder.isEmpty ? name : folder + "/" + name),
                "is_dir": .flag(bytes == nil),
            ]
            if let bytes { members["file_size"] = .integer(bytes) }
            return .object(members)
        }
    }

    /// What lies in a folder of a run, by name; nothing where the path is a file.
    static func entries(
        of id: String, in folder: String, _ tracker: MLflowTracker
    ) throws -> [Entry] {
        guard folder.isEmpty || MLflowTracker.path(folder) != nil else {
            throw MLflowFault(
                .invalid, "\"path\" is '\(folder.prefix(60))'; expected names with / between them")
        }
        let start = folder.isEmpty ? 0 : folder.utf8.count + 1
        var entries: [Entry] = []
        for file in try tracker.files(of: id, below: folder) where file.path != folder {
            let rest = String(decoding: file.path.utf8.dropFirst(start), as: UTF8.self)
            let parts = rest.split(separator: "/", maxSplits: 1)
            guard let first = parts.first.map(String.init) else { continue }
            if parts.count == 1 {
                entries.append(Entry(name: first, bytes: file.bytes))
            } else if !entries.contains(where: { $0.name == first && $0.bytes == nil }) {
                entries.append(Entry(name: first, bytes: nil))
            }
        }
        return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}
