import Experiments

/// The names that this program knows.
enum Catalogue {
    /// Names of data sets, models, losses, procedures and reports.
    static var vocabulary: Vocabulary {
        Zoo.standard.vocabulary(reports: [])
    }
}
