import Datasets
import Losses
import Metrics
import Models
import Reports
import Training

extension ReportVocabulary {
    /// What the registries hold, in their order: the printed names of every report.
    static var registries: ReportVocabulary {
        ReportVocabulary(
            datasets: DatasetRegistry.all.map { Term($0.name, title: shortTitle($0.name)) },
            models: ModelRegistry.all.map { Term($0.name, title: $0.title) }
                + [Term("cnn", title: "CNN")],
            procedures: ProcedureRegistry.all.map { Term($0.name, title: $0.title) },
            losses: LossRegistry.all.map { Term($0.name, title: $0.title) },
            measures: MetricRegistry.all.map { metric in
                Measure(
                    metric.name, title: metric.title,
                    unit: metric.unit == "pixels" ? "px" : metric.unit.isEmpty ? nil : metric.unit,
                    direction: metric.higherIsBetter ? .higherIsBetter : .lowerIsBetter)
            }
                + ClassificationMetricRegistry.all.map {
                    Measure($0.name, title: $0.title, task: .classification)
                },
            settingDefaults: Dictionary(
                uniqueKeysWithValues: TrainingSettings.fields.map {
                    ($0.name, $0.defaultValue.text)
                }),
            uses: SettingUse.all.mapValues {
                Use(losses: $0.losses, procedures: $0.procedures)
            })
    }

    /// The sets' abbreviations are what the papers print.
    private static func shortTitle(_ name: String) -> String {
        name.count <= 3 ? name.uppercased() : name
    }
}
