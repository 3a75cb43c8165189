internal import ArgumentParser
internal import COpenBLAS
internal import Foundation
internal import TensorCore

/// The layers that are plain matrix products, beside OpenBLAS's product of the same size: the
/// measurement behind the choice of kernels in docs/kernels.md.
struct ProductsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "products",
        abstract: "Time layers that are plain matrix products beside OpenBLAS, on one thread.",
        discussion: """
            OpenBLAS gets the bare product, with its matrices ready: no gathering, no batch norm \
            on the way in, no bias or sums on the way out. Lightbox's time includes all of these. \
            For the 3×3 layer, OpenBLAS is given the unfolded map (im2col) for nothing.
            """)

    @Option(help: "Base width b.") var width = 32
    @Option(help: "Images.") var batch = 8
    @Option(help: "Repetitions, alternating; medians.") var repeats = 9

    func run() throws {
        let context = ComputeContext(threads: 1)
        openblas_set_num_threads(1)
        print("OpenBLAS kernels: \(String(cString: openblas_get_corename()))")
        print(
            "layer                              rows x inner x columns   Lightbox ms  OpenBLAS ms  ratio"
        )
        for (name, layer) in layers {
            let probe = ConvolutionProbe(layer, seed: 1, context: context)
            let product = OpenBLASProduct(layer)
            var own: [Double] = []
            var other: [Double] = []
            for _ in 0...repeats {
                own.append(seconds { probe.run(.forward) })
                other.append(seconds(product.run))
            }
            let a = median(own.dropFirst())
            let b = median(other.dropFirst())
            print(
                name.padding(toLength: 34, withPad: " ", startingAt: 0),
                product.description.padding(toLength: 24, withPad: " ", startingAt: 0),
                String(format: "%11.3f %12.3f %6.2f", a * 1e3, b * 1e3, b / a))
        }
    }

    private var layers: [(String, ConvolutionLayer)] {
        var layers: [(String, ConvolutionLayer)] = []
        for level in (0..<4).reversed() {
            let side = 128 >> level
            let channels = width << level
            layers.append(
                (
                    "transposed 2x2, level \(level + 1)",
                    ConvolutionLayer(
                        batch: batch, height: side / 2, width: side / 2, channels: [2 * channels],
                        outputs: channels, kernel: 2, stride: 2, isTransposed: true)
                ))
        }
        for level in [3, 2, 1] {
            let side = 128 >> level
            layers.append(
                (
                    "1x1, level \(level + 1)",
                    ConvolutionLayer(
                        batch: batch, height: side, width: side, channels: [width << level],
                        outputs: width << level, kernel: 1, stride: 1)
                ))
        }
        layers.append(
            (
                "3x3, centre",
                ConvolutionLayer(
                    batch: batch, height: 8, width: 8, channels: [16 * width],
                    outputs: 16 * width, kernel: 3, stride: 1)
            ))
        return layers
    }

    private func median(_ times: ArraySlice<Double>) -> Double {
        times.sorted()[times.count / 2]
    }

    private func seconds(_ work: () -> Void) -> Double {
        ContinuousClock().measure(work) / .seconds(1)
    }
}

/// One single-precision matrix product of the size of a layer.
private final class OpenBLASProduct: CustomStringConvertible {
    private let rows: Int, inner: Int, columns: Int
    private let a: [Float], b: [Float]
    private var c: [Float]

    init(_ layer: ConvolutionLayer) {
        let size = layer.outputSize
        let taps = layer.kernel * layer.kernel
        let pixels = layer.batch * size.height * size.width
        rows = layer.isTransposed ? pixels / 4 : pixels
        inner = layer.inputs * (layer.isTransposed ? 1 : taps)
        columns = layer.outputs * (layer.isTransposed ? 4 : 1)
        a = (0..<(rows * inner)).map { Float($0 % 13) * 0.1 - 0.6 }
        b = (0..<(inner * columns)).map { Float($0 % 11) * 0.1 - 0.5 }
        c = [Float](repeating: 0, count: rows * columns)
    }

    var description: String { "\(rows) x \(inner) x \(columns)" }

    func run() {
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(columns),
            blasint(inner), 1, a, blasint(inner), b, blasint(columns), 0, &c, blasint(columns))
    }
}
