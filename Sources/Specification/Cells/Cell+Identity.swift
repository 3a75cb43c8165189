import Domain
import Programs
public import RunStore
import Settings
import Training

extension Cell {
    /// What makes two runs the same run: the data set's name and fingerprint, labels, loss, model,
    /// procedure, seed, and each setting that the run uses, that belongs to the identity and whose
    /// value is not its default; where other data sets' images train without labels, their
    /// fingerprints.
    ///
    /// A setting that a later version adds has its default in every older configuration, so
    /// identities stay as they are. Older versions took settings in that a run does not use; see
    /// `StoredIdentities`.
    ///
    /// - Parameter fingerprint: the loaded data's.
    public func configuration(fingerprint: DataFingerprint) -> RunConfiguration {
        used.writtenConfiguration(fingerprint: fingerprint)
    }

    /// The configuration with the settings that the cell names but does not use, as older versions
    /// made it.
    package func writtenConfiguration(fingerprint: DataFingerprint) -> RunConfiguration {
        let changes = self.settings.values.names.compactMap { name -> (String, JSONValue)? in
            guard let field = TrainingSettings.field(name), field.isPartOfIdentity else {
                return nil
            }
            return (name, JSONValue(field.value(in: self.settings)))
        }
        let settings = Dictionary(uniqueKeysWithValues: changes).merging(free) { _, free in free }
        var members: [String: JSONValue] = [
            "dataset": .text(dataset),
            "fingerprint": .text(fingerprint.own),
            "labels": .number(labels),
            "loss": .text(loss),
            "model": .text(model),
            "procedure": .text(procedure),
            "seed": .integer(Int64(bitPattern: seed)),
            "settings": .object(settings),
        ]
        let others = unlabelledDatasets.map { name in
            (name, JSONValue.text(fingerprint.unlabelled[name] ?? ""))
        }
        if !others.isEmpty {
            members[DataFingerprint.member] = .object(Dictionary(uniqueKeysWithValues: others))
        }
        if let program { members["trainer"] = program.identity }
        return RunConfiguration(members)
    }

    /// The cell as the store plans it, with every setting that it uses as a parameter.
    ///
    /// - Parameter configuration: that of a stored run of the cell; nil for the cell's own.
    public func description(
        fingerprint: DataFingerprint, as configuration: RunConfiguration? = nil
    ) -> RunDescription {
        RunDescription(
            configuration: configuration ?? self.configuration(fingerprint: fingerprint),
            dataset: dataset,
            fingerprint: fingerprint.own, model: model, procedure: procedure, loss: loss,
            labels: labels, seed: seed,
            epochs: settings.epochs, parameters: parameters,
            objective: objective)
    }

    /// By which of its curves the cell's run is judged: the first of its procedure's.
    public var objective: RunObjective {
        ProcedureRegistry.find(procedure)?.objectives.first.map(RunObjective.init)
            ?? .validationDice
    }

    /// A short name for progress lines: "mcx unet kltv 10 % width 8 seed 2", with the procedure
    /// where it is not plain supervised training, without a network and loss that it does not use, and
    /// with those settings among `varied` that it uses.
    public func title(varied: [String]) -> String {
        var parts = [dataset] + names(besidesUsed: varied)
        if procedure != Self.defaultProcedure { parts.append(procedure) }
        parts.append(labelsTitle)
        for name in settingNames
        where varied.contains(name) && uses(name) && name != "labelled-images" {
            parts.append("\(name) \(text(of: name) ?? "")")
        }
        parts.append("seed \(seed)")
        return parts.joined(separator: " ")
    }

    /// Its network and its loss. What a classifier does not use tells nobody anything, unless the grid
    /// varies it.
    package func names(besidesUsed varied: [String] = []) -> [String] {
        [("model", model), ("loss", loss)]
            .filter { axis, _ in uses(axis) || varied.contains(axis) }.map(\.1)
    }
}
