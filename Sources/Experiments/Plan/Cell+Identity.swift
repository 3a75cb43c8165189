import Training

extension Cell {
    /// The canonical configuration: what makes two runs the same run.
    ///
    /// JSON with sorted keys and no white space: the data set's name and fingerprint, labels,
    /// loss, model, procedure, seed, and each training setting of the identity whose value is not
    /// its default. `fingerprint` is the loaded data set's.
    public func canonicalConfiguration(fingerprint: String) -> String {
        let settings = settings.nonDefaultIdentity
            .sorted { $0.name < $1.name }
            .map { "\(JSONText.quoted($0.name)):\($0.value.json)" }
            .joined(separator: ",")
        return "{"
            + [
                "\"dataset\":\(JSONText.quoted(dataset))",
                "\"fingerprint\":\(JSONText.quoted(fingerprint))",
                "\"labels\":\(SettingValue.number(labels).json)",
                "\"loss\":\(JSONText.quoted(loss))",
                "\"model\":\(JSONText.quoted(model))",
                "\"procedure\":\(JSONText.quoted(procedure))",
                "\"seed\":\(seed)",
                "\"settings\":{\(settings)}",
            ].joined(separator: ",") + "}"
    }

    /// A short name for progress lines: "mcx unet kltv 10 % seed 2", with the procedure where it
    /// is not plain supervised training.
    public var title: String {
        let method = procedure == Self.defaultProcedure ? "" : " \(procedure)"
        return "\(dataset) \(model) \(loss)\(method) \(SettingValue.number(labels).text) %"
            + " seed \(seed)"
    }
}
