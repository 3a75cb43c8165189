internal import NN

// The eight segmentors of P1's author: the U-Net with every subset of its three switches.

extension ModelEntry {
    private init(_ name: String, title: String, citation: String, _ switches: UNet.Switches) {
        self.init(
            name, title: title, citation: citation, hasSideOutputs: switches.progressive,
            settings: [NetworkWidth.self, BatchNorm.Settings.self]
                + (switches.attention ? [UNet.GateSettings.self] : [])
        ) {
            UNet($0, switches, using: &$1)
        }
    }

    /// Plain U-Net.
    public static let unet = ModelEntry(
        "unet", title: "U-Net", citation: "Ronneberger et al. 2015", .init())

    /// With the input pyramid.
    public static let pyramidUNet = ModelEntry(
        "pyramid-unet", title: "Pyramid U-Net", citation: "Fu et al. 2018 (M-Net)",
        .init(pyramid: true))

    /// With progressive side outputs.
    public static let progressiveUNet = ModelEntry(
        "progressive-unet", title: "Progressive U-Net", citation: "Imran et al. 2018 (PDV-Net)",
        .init(progressive: true))

    /// With attention gates.
    public static let attentionUNet = ModelEntry(
        "attention-unet", title: "Attention U-Net", citation: "Oktay et al. 2018",
        .init(attention: true))

    /// With pyramid and progressive side outputs.
    public static let pyramidProgressiveUNet = ModelEntry(
        "pyramid-progressive-unet", title: "Pyramid Progressive U-Net",
        citation: "Imran and Terzopoulos 2019", .init(pyramid: true, progressive: true))

    /// With pyramid and attention gates.
    public static let pyramidAttentionUNet = ModelEntry(
        "pyramid-attention-unet", title: "Pyramid Attention U-Net",
        citation: "Abraham and Khan 2019", .init(pyramid: true, attention: true))

    /// With progressive side outputs and attention gates.
    public static let progressiveAttentionUNet = ModelEntry(
        "progressive-attention-unet", title: "Progressive Attention U-Net",
        citation: "Imran and Terzopoulos 2019", .init(attention: true, progressive: true))

    /// All three: the segmentor of APPAU-Net.
    public static let ppauNet = ModelEntry(
        "ppau-net", title: "PPAU-Net", citation: "Imran and Terzopoulos 2019 (P1, Sec. 2.1)",
        .init(pyramid: true, attention: true, progressive: true))
}
