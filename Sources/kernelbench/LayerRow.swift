internal import TensorCore

/// A layer of one of the networks, by name.
struct LayerRow {
    let name: String
    let layer: ConvolutionLayer
    /// Whether training asks for the gradient of the layer's input.
    var needsGradient = true
    /// Counted in the sum over U-Net.
    var isUNet = true

    /// U-Net's layers from top to bottom and up again, then those that other networks add.
    static func all(width b: Int, batch: Int, image: Int) -> [LayerRow] {
        func layer(
            _ level: Int, _ channels: [Int], _ outputs: Int, kernel: Int = 3, stride: Int = 1,
            transposed: Bool = false
        ) -> ConvolutionLayer {
            ConvolutionLayer(
                batch: batch, height: image >> level, width: image >> level, channels: channels,
                outputs: outputs, kernel: kernel, stride: stride, isTransposed: transposed)
        }
        var rows: [LayerRow] = []
        for level in 0...4 {
            let outputs = b << level
            let inputs = level == 0 ? 1 : outputs / 2
            let name = level == 4 ? "centre" : "enc\(level + 1)"
            rows.append(
                LayerRow(
                    name: name + "a", layer: layer(level, [inputs], outputs),
                    needsGradient: level > 0))
            rows.append(LayerRow(name: name + "b", layer: layer(level, [outputs], outputs)))
        }
        for level in (0...3).reversed() {
            let outputs = b << level
            let name = "dec\(level + 1)"
            rows.append(
                LayerRow(
                    name: "up\(level + 1)",
                    layer: layer(level + 1, [2 * outputs], outputs, transposed: true)))
            rows.append(
                LayerRow(name: name + "a", layer: layer(level, [outputs, outputs], outputs)))
            rows.append(LayerRow(name: name + "b", layer: layer(level, [outputs], outputs)))
        }
        rows.append(LayerRow(name: "out", layer: layer(0, [b], 1, kernel: 1)))
        for level in 1...3 {
            let c = b << level
            rows += [
                LayerRow(
                    name: "pyramid\(level + 1)", layer: layer(level, [1], c), needsGradient: false),
                LayerRow(name: "ppau\(level + 1)a", layer: layer(level, [c, c / 2], c)),
                LayerRow(
                    name: "theta\(level + 1)", layer: layer(level, [c], c, kernel: 2, stride: 2)),
                LayerRow(name: "phi\(level + 1)", layer: layer(level + 1, [2 * c], c, kernel: 1)),
                LayerRow(name: "gate\(level + 1)", layer: layer(level, [c], c, kernel: 1)),
            ].map { $0.outsideUNet }
        }
        for level in 0...4 {
            let channels = level == 0 ? [1, 1] : [b << (level - 1)]
            rows.append(
                LayerRow(
                    name: "disc\(level + 1)", layer: layer(level, channels, b << level, stride: 2)
                )
                .outsideUNet)
        }
        return rows
    }

    private var outsideUNet: LayerRow {
        var row = self
        row.isUNet = false
        return row
    }
}
