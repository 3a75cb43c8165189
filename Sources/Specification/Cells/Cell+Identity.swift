import Domain
public import RunStore
import Training

extension Cell {
    /// What makes two runs the same run: the data set's name and fingerprint, labels, loss, model,
    /// procedure, seed, and each training setting of the identity whose value is not its default.
    ///
    /// - Parameter fingerprint: the loaded data set's.
    public func configuration(fingerprint: String) -> RunConfiguration {
        let settings = settings.nonDefaultIdentity.map {
            ($0.name, JSONValue($0.value))
        }
        return RunConfiguration([
            "dataset": .text(dataset),
            "fingerprint": .text(fingerprint),
            "labels": .number(labels),
            "loss": .text(loss),
            "model": .text(model),
            "procedure": .text(procedure),
            "seed": .integer(Int64(bitPattern: seed)),
            "settings": .object(Dictionary(uniqueKeysWithValues: settings)),
        ])
    }

    /// The cell as the store plans it, with every setting as a parameter.
    public func description(fingerprint: String) -> RunDescription {
        let parameters = TrainingSettings.fields.map {
            ($0.name, JSONValue($0.value(in: settings)))
        }
        return RunDescription(
            configuration: configuration(fingerprint: fingerprint), dataset: dataset,
            fingerprint: fingerprint, model: model, procedure: procedure, loss: loss,
            labels: labels, seed: seed,
            epochs: settings.epochs, parameters: Dictionary(uniqueKeysWithValues: parameters))
    }

    /// A short name for progress lines: "mcx unet kltv 10 % width 8 seed 2", with the procedure
    /// where it is not plain supervised training, and those settings among `varied`.
    public func title(varied: [String]) -> String {
        var parts = [dataset, model, loss]
        if procedure != Self.defaultProcedure { parts.append(procedure) }
        parts.append("\(SettingValue.number(labels).text) %")
        for field in TrainingSettings.fields where varied.contains(field.name) {
            parts.append("\(field.name) \(field.value(in: settings).text)")
        }
        parts.append("seed \(seed)")
        return parts.joined(separator: " ")
    }
}
