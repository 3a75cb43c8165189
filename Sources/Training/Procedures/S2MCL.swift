extension ProcedureEntry {
    /// S4MCL without transformations and surrogate classes.
    static let s2mcl = ProcedureEntry(
        "s2mcl", title: "S2MCL", citation: "Imran et al. 2020",
        results: [.masks, .classes], trains: [.segmentor, .classifier], network: "unet",
        settings: [
            AdversarialSettings.self, MultiContextSettings.self, UnlabelledWeight.self,
            UnlabelledSources.self,
        ],
        make: { S4MCL(selfSupervised: false) })
}
