import Assembly
import Reports
import Specification
import Wording

/// The names that this program knows.
enum Catalogue {
    /// Names of data sets, models, losses, procedures and reports.
    static var vocabulary: Specification.Vocabulary {
        var vocabulary = Zoo.standard.vocabulary(reports: ReportRegistry.names)
        vocabulary.reportFault = { text, values in
            do {
                try check(text, values)
                return nil
            } catch {
                return Sentence.of(error)
            }
        }
        return vocabulary
    }

    /// Checks the report that an experiment names beside the values of its cells.
    private static func check(_ text: String, _ values: (String) -> Set<String>?) throws {
        let reports = ReportVocabulary.registries
        try ReportRecipe(text).check(
            in: reports,
            present: { axis in
                guard axis != Axis.data.name, let texts = values(axis) else { return nil }
                guard let setting = reports.settings[axis] else { return texts }
                return Set(texts.map { setting.read($0) ?? $0 })
            }, hasOther: { values($0)?.isEmpty != true })
    }
}
