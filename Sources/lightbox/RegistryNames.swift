import Datasets
import Domain
import Losses
import Metrics
import Models
import Reports
import RunStore
import Settings
import Specification
import Training

extension ReportVocabulary {
    /// What the registries hold, in their order: the printed names of every report.
    static var registries: ReportVocabulary {
        ReportVocabulary(
            datasets: DatasetRegistry.all.map { Term($0.name, title: shortTitle($0.name)) },
            models: ModelRegistry.all.map { Term($0.name, title: $0.title) }
                + ClassifierRegistry.all.map { Term($0.name, title: $0.title) },
            procedures: ProcedureRegistry.all.map {
                Term($0.name, title: $0.title, network: $0.network)
            },
            losses: LossRegistry.all.map { Term($0.name, title: $0.title) },
            measures: MetricRegistry.all.map { metric in
                Measure(
                    metric.name, title: metric.title,
                    unit: metric.unit == "pixels" ? "px" : metric.unit.isEmpty ? nil : metric.unit,
                    direction: metric.direction)
            }
                + ClassificationMetricRegistry.all.map {
                    Measure(
                        $0.name, title: $0.title, direction: $0.direction,
                        task: .classification)
                },
            settings: registrySettings, uses: registryUses)
    }

    /// Every setting by name.
    static var registrySettings: [String: Setting] {
        Dictionary(uniqueKeysWithValues: TrainingSettings.fields.map { ($0.name, Setting($0)) })
    }

    /// Axes and settings that not all runs use.
    static var registryUses: [String: ReportUse] {
        SettingUse.all.mapValues {
            ReportUse(
                $0.users.map {
                    .init(models: $0.models, losses: $0.losses, procedures: $0.procedures)
                })
        }
    }

    /// The sets' abbreviations are what the papers print.
    private static func shortTitle(_ name: String) -> String {
        name.count <= 3 ? name.uppercased() : name
    }
}

extension ReportVocabulary.Setting {
    /// A row of the table of all settings.
    fileprivate init(_ field: SettingEntry) {
        // The store keeps flags as numbers.
        @Sendable func stored(_ value: SettingValue) -> String {
            if case .flag(let isOn) = value { return isOn ? "1" : "0" }
            return value.text
        }
        self.init(
            standard: stored(field.defaultValue), expected: field.kind.expectation,
            read: { text in field.kind.value(of: text).map(stored) })
    }
}
