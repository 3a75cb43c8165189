internal import Domain
public import Foundation
public import RunStore
internal import Yams

/// Runs of MLflow: an SQLite store, or a folder `mlruns` of files.
public struct MLflowImport: ImportSource {
    /// What the source is.
    public let kind = "mlflow"
    private let place: URL

    /// The store at `place`, a file or a folder.
    public init(_ place: URL) { self.place = place }

    /// Hands out each run that nobody has deleted.
    ///
    /// - Throws: `StoreError`, `ImportError`.
    public func forEach(
        _ report: inout ImportReport, _ body: (ImportedRun) throws -> Void
    ) throws {
        if try SourceFile.isFolder(
            place, expected: "MLflow's SQLite file or its folder 'mlruns'")
        {
            try MLflowFolder(place).forEach(&report, body)
        } else {
            let store = try MLflowTrackingStore(at: place)
            for words in store.leftOut { report.leave(words) }
            for run in store.runs {
                try report.taking { report in
                    let found = try store.read(run)
                    report.leave(found.overwritten, Self.overwritten)
                    report.leave(found.negative, Self.negative)
                    try body(found.run)
                }
            }
        }
    }

    static let overwritten = "value that a later one at the same step of the curve replaces"
    static let negative = "value below step 0"
}

/// The folder `mlruns`: a folder an experiment, in it a folder a run, with a file a setting, tag and
/// curve.
struct MLflowFolder {
    private let root: URL

    init(_ root: URL) { self.root = root }

    /// `meta.yaml` of an experiment.
    private struct Experiment: Decodable {
        let name: String
        let stage: String?

        enum CodingKeys: String, CodingKey { case name, stage = "lifecycle_stage" }
    }

    /// `meta.yaml` of a run.
    private struct Run: Decodable {
        let id: String?, olderID: String?, name: String?
        let status: Int?
        let start: Int64?, end: Int64?
        let stage: String?

        enum CodingKeys: String, CodingKey {
            case id = "run_id", olderID = "run_uuid", name = "run_name", status
            case start = "start_time", end = "end_time", stage = "lifecycle_stage"
        }
    }

    func forEach(_ report: inout ImportReport, _ body: (ImportedRun) throws -> Void) throws {
        var hasExperiment = false
        for folder in Self.folders(in: root) {
            var found: Experiment?
            try report.taking { _ in found = try Self.meta(of: folder) }
            hasExperiment = hasExperiment || found != nil || !report.refused.isEmpty
            guard let meta = found else { continue }
            let runs = Self.folders(in: folder)
            guard meta.stage != "deleted" else {
                report.leave(runs.count, "run deleted there")
                continue
            }
            for run in runs {
                try report.taking { report in
                    guard let words: Run = try Self.meta(of: run) else { return }
                    guard words.stage != "deleted" else {
                        return report.leave(1, "run deleted there")
                    }
                    try body(try imported(run, words, experiment: meta.name, &report))
                }
            }
        }
        guard hasExperiment else {
            throw ImportError.bad(
                path: root.path, place: nil, found: "no folder with a file 'meta.yaml'",
                expected: "MLflow's folder 'mlruns'")
        }
    }

    private func imported(
        _ folder: URL, _ meta: Run, experiment: String, _ report: inout ImportReport
    ) throws -> ImportedRun {
        var words = MLflowWords(
            id: meta.id ?? meta.olderID ?? folder.lastPathComponent, experiment: experiment,
            status: Self.status(meta.status),
            parameters: try texts(folder, "params"), tags: try texts(folder, "tags"))
        words.name = meta.name
        words.started = meta.start.flatMap(MLflowWords.date)
        words.finished = meta.end.flatMap(MLflowWords.date)
        var curves = MLflowCurves()
        for (key, file) in Self.files(below: folder.appendingPathComponent("metrics")) {
            for value in try Self.values(file) {
                curves.add(
                    key: key, value: value.value, milliseconds: value.time, step: value.step)
            }
        }
        report.leave(curves.overwritten, MLflowImport.overwritten)
        report.leave(curves.negative, MLflowImport.negative)
        report.leave(
            Self.files(below: folder.appendingPathComponent("artifacts")).count,
            "file of artifacts, which stay where they are")
        return words.imported(points: curves.points)
    }

    private static func status(_ number: Int?) -> String {
        switch number {
        case 3: "FINISHED"
        case 4: "FAILED"
        case 5: "KILLED"
        default: "RUNNING"
        }
    }

    // MARK: Files

    private static func folders(in folder: URL) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().filter { !$0.hasPrefix(".") }
            .map { folder.appendingPathComponent($0, isDirectory: true) }
            .filter { (try? $0.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true }
    }

    /// The regular files below a folder by their names from there, `val/loss`; sorted.
    private static func files(below folder: URL) -> [(name: String, file: URL)] {
        let names = FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? []
        return names.compactMap { $0 as? String }.sorted().compactMap { name in
            let file = folder.appendingPathComponent(name)
            var status = stat()
            guard lstat(file.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                return nil
            }
            return (name, file)
        }
    }

    private static func text(_ file: URL) throws -> String {
        let data = try SourceFile.data(file, expected: "a text")
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ImportError.bad(
                path: file.path, place: nil, found: "no readable UTF-8", expected: "text")
        }
        return text
    }

    private static func meta<Meta: Decodable>(of folder: URL) throws -> Meta? {
        let file = folder.appendingPathComponent("meta.yaml")
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        do {
            return try YAMLDecoder().decode(Meta.self, from: try text(file))
        } catch let error as ImportError {
            throw error
        } catch {
            throw ImportError.bad(
                path: file.path, place: nil, found: "something else",
                expected: "what MLflow writes of an experiment or a run")
        }
    }

    private func texts(_ folder: URL, _ kind: String) throws -> [(String, String)] {
        try Self.files(below: folder.appendingPathComponent(kind)).map { name, file in
            (name, try Self.text(file))
        }
    }

    /// Lines of `time value step`, older ones without a step, in the order of their steps.
    private static func values(
        _ file: URL
    ) throws -> [(time: Int64, value: Double, step: Int)] {
        let lines = try text(file).split(whereSeparator: \.isNewline)
        let values = try lines.enumerated().map { number, line in
            let parts = line.split(separator: " ")
            guard parts.count >= 2, let time = Int64(parts[0]),
                let value = CSVNumber.value(String(parts[1])),
                let step = parts.count > 2 ? Int(parts[2]) : 0
            else {
                throw ImportError.bad(
                    path: file.path, place: "line \(number + 1)", found: "'\(line.prefix(40))'",
                    expected: "a time, a value and a step")
            }
            return (time, value, step)
        }
        return values.enumerated().sorted {
            ($0.element.2, $0.element.0, $0.offset) < ($1.element.2, $1.element.0, $1.offset)
        }.map(\.element)
    }
}
