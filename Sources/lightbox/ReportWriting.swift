import Console
import Files
import Foundation
import Reports
import RunStore

/// Writes the report that an experiment's file names.
enum ReportWriting {
    /// Renders `results/<experiment>.md` beside the store, with its figures. A file of that name that
    /// Lightbox did not make, or that was changed, stays: the report goes beside it.
    ///
    /// - Returns: the file; nil when the experiment names no report.
    /// - Throws: `ReportError`, `StoreError`, what the file system says.
    static func write(experiment: String, store: RunStore) throws -> URL? {
        guard let text = try store.reportRecipe(ofExperiment: experiment), !text.isEmpty else {
            return nil
        }
        let recipe = try ReportRecipe(text)
        var request = try recipe.request()
        request.selection.experiment = experiment
        request.figures = true
        var source = ReportSource(store: store, vocabulary: .registries, request: request)
        // A sweep that trained nothing yet shows what is missing.
        source.acceptsNothing = true
        try source.addCellsWithoutRun()
        let document = try ReportRegistry.require(recipe.name).document(from: source)
        let url = store.url.deletingLastPathComponent().appendingPathComponent(
            FileName.encoded(experiment) + ".md")
        // A table with results is not exchanged for one without.
        guard document.holdsResults || !FileManager.default.fileExists(atPath: url.path) else {
            return nil
        }
        let rule = OutputRule(inputs: [store.url.path])
        let (file, obstacle) = try ReportFile(document, at: url).writeAside(rule)
        if let obstacle {
            Printer.errors.say(
                "lightbox: \(obstacle.fact); the report is '\(file.relativePath)'")
        }
        return file
    }
}
