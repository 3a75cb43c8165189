internal import Losses
internal import Models
public import Settings
public import Training

extension TrainingSettings {
    /// Every setting: what all runs have, and what the entries of the registries declare.
    ///
    /// Experiment files, `lightbox train` options, the store's `param` rows and the canonical
    /// configuration all read this table.
    public static let fields: [SettingEntry] = SettingTable.fields

    /// The setting of that name.
    public static func field(_ name: String) -> SettingEntry? { fieldsByName[name] }

    private static let fieldsByName = Dictionary(
        uniqueKeysWithValues: fields.map { ($0.name, $0) })
}

/// The settings of all registries in one order.
enum SettingTable {
    /// In the order of help and grids: first those of `order`, then the others as the registries
    /// have them.
    static var fields: [SettingEntry] {
        let groups: [any SettingGroup.Type] =
            [CommonSettings.self] + ProcedureRegistry.all.flatMap(\.settings)
            + ModelRegistry.all.flatMap(\.settings) + ClassifierRegistry.standard.settings
            + LossRegistry.all.flatMap(\.settings)
        var seen: Set<ObjectIdentifier> = []
        let entries = groups.filter { seen.insert(ObjectIdentifier($0)).inserted }
            .flatMap { $0.entries }
        let places = Dictionary(
            uniqueKeysWithValues: order.enumerated().map { ($0.element, $0.offset) })
        return entries.enumerated().sorted { a, b in
            (places[a.element.name] ?? .max, a.offset) < (places[b.element.name] ?? .max, b.offset)
        }.map(\.element)
    }

    /// The settings that there were when each part began to declare its own, in the order in which
    /// help lists them and grids vary them. The order of a grid's cells rests on it, so it stays; a
    /// new setting does not come here.
    private static let order = [
        "epochs", "steps-per-epoch", "batch", "image", "width", "optimizer", "learning-rate",
        "learning-rate-discriminator", "learning-rate-schedule", "batch-norm-momentum",
        "tversky-alpha", "tversky-beta", "tversky-smooth", "kl-clip", "loss-a", "loss-b",
        "focal-gamma", "loss-reduction", "side-weights", "adversarial-weight", "unlabelled-weight",
        "classifier-adversarial-weight", "unlabelled-pass", "ce-on-prediction", "transforms",
        "discriminator-dropout", "gate-level-1", "normalisation", "augment-flip", "augment-rotate",
        "augment-shift", "augment-scale", "augment-intensity", "augment-elastic", "unmasked",
        "split", "checkpoint-every", "max-seconds",
    ]
}
