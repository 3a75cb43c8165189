import Experiments
import Reports

/// The names that this program knows.
enum Catalogue {
    /// Names of data sets, models, losses, procedures and reports.
    static var vocabulary: Experiments.Vocabulary {
        Zoo.standard.vocabulary(reports: ReportRegistry.all.map(\.name))
    }
}
