import Reports
import RunStore
import Specification

extension ReportSource {
    /// Tells a report of an experiment which cells of the file have no run.
    mutating func addCellsWithoutRun() throws {
        guard let name = request.selection.experiment else { return }
        withoutRun = try store.plannedExperiments(named: name)
            .flatMap { $0.cellsWithoutRun(Catalogue.vocabulary) }
            .map { cell in CellWithoutRun { cell.text(of: $0) } }
    }
}
