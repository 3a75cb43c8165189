internal import Foundation

/// Where a program works: a folder of its own in the run's, which is gone once the run is complete.
struct ProgramPlace {
    /// The run's folder.
    let run: URL

    /// Begins the names of files that a program leaves with its run.
    static let kept = "program-"

    /// The working folder.
    var work: URL { run.appendingPathComponent("program", isDirectory: true) }
    /// The files of Lightbox's own, apart from the program's, which may have the same names.
    var own: URL { work.appendingPathComponent(".lightbox", isDirectory: true) }
    /// What the program is told.
    var cell: URL { own.appendingPathComponent("cell.json") }
    /// What it reports, a line of JSON each.
    var report: URL { own.appendingPathComponent("report.jsonl") }
    /// What it prints.
    var log: URL { own.appendingPathComponent("log.txt") }
    /// How far it was, for Lightbox.
    var book: URL { own.appendingPathComponent("progress.json") }
    /// What a program at work holds locked.
    var hold: URL { own.appendingPathComponent("hold") }
    /// Its own, to go on from.
    var checkpoint: URL { work.appendingPathComponent("checkpoint", isDirectory: true) }
    /// Its masks.
    var predictions: URL { work.appendingPathComponent("predictions", isDirectory: true) }
    /// What it trains on.
    var images: URL { own.appendingPathComponent("images.npy") }
    /// See `images`.
    var masks: URL { own.appendingPathComponent("masks.npy") }

    /// Makes the folder of Lightbox's own files, whatever a program has made of it.
    func makeOwn() throws {
        try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
        chmod(work.path, 0o755)
        for folder in [work, own] where Self.isObstacle(folder) {
            try FileManager.default.removeItem(at: folder)
        }
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    }

    /// Makes the program's folders, whatever a program has made of them; predictions of an earlier start are
    /// gone.
    func prepare() throws {
        let files = FileManager.default
        if Self.isObstacle(checkpoint) { try files.removeItem(at: checkpoint) }
        var status = stat()
        if lstat(predictions.path, &status) == 0 { try files.removeItem(at: predictions) }
        for folder in [
            checkpoint, predictions.appendingPathComponent("best"),
            predictions.appendingPathComponent("last"),
        ] { try files.createDirectory(at: folder, withIntermediateDirectories: true) }
    }

    /// Whether something that is no folder lies there.
    private static func isObstacle(_ folder: URL) -> Bool {
        var status = stat()
        return lstat(folder.path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
    }
}
