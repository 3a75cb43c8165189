import TensorCore
import TestSupport
import Testing

/// Every fast convolution kernel against its plain twin with float64 sums, on every CPU level,
/// where methods change: few and many channels, channel counts beside the vector width, odd and
/// tiny maps, several sources, strides, and the shapes of the networks.
struct ConvolutionKernelTests {
    private static func layer(
        _ n: Int, _ h: Int, _ w: Int, _ channels: [Int], _ outputs: Int, kernel: Int = 3,
        stride: Int = 1, transposed: Bool = false
    ) -> ConvolutionLayer {
        ConvolutionLayer(
            batch: n, height: h, width: w, channels: channels, outputs: outputs, kernel: kernel,
            stride: stride, isTransposed: transposed)
    }

    static let winograd: [ConvolutionLayer] = [
        layer(1, 1, 1, [5], 5), layer(2, 7, 9, [5], 3), layer(1, 8, 8, [8], 8),
        layer(3, 9, 7, [16], 17), layer(1, 33, 20, [17], 24), layer(2, 8, 13, [24], 48),
        layer(1, 12, 9, [5, 17, 3], 16), layer(2, 16, 16, [16, 16], 32),
        layer(1, 20, 24, [96], 48), layer(1, 40, 36, [32], 32), layer(2, 5, 2, [48, 4], 96),
        layer(1, 56, 51, [72], 70),
    ]
    static let few: [ConvolutionLayer] = [
        layer(1, 1, 1, [1], 1), layer(2, 7, 8, [1], 5), layer(1, 19, 33, [1], 32),
        layer(2, 9, 9, [3], 17), layer(1, 8, 16, [4], 48), layer(1, 13, 11, [1, 1], 32, stride: 2),
        layer(1, 16, 16, [2], 8, stride: 2), layer(2, 8, 9, [17], 3), layer(1, 9, 8, [8], 1),
    ]
    static let strided: [ConvolutionLayer] = [
        layer(2, 8, 8, [32], 64, stride: 2), layer(1, 7, 9, [5, 16], 17, stride: 2),
        layer(1, 1, 2, [8], 3, stride: 2), layer(2, 9, 8, [24], 16, kernel: 2, stride: 2),
        layer(1, 8, 8, [48], 48, kernel: 1), layer(2, 7, 5, [17, 4], 9, kernel: 1),
        layer(1, 33, 17, [32], 1, kernel: 1), layer(1, 9, 9, [5, 16, 3], 1, kernel: 1),
        layer(1, 6, 5, [8], 8, kernel: 1, stride: 2), layer(1, 5, 4, [8], 8, kernel: 2),
    ]
    static let transposed: [ConvolutionLayer] = [
        layer(1, 1, 1, [1], 1, transposed: true), layer(2, 3, 5, [16], 17, transposed: true),
        layer(1, 8, 8, [64], 32, transposed: true), layer(2, 7, 9, [5, 24], 48, transposed: true),
    ]
    /// Deep layers, whose weights are transformed piece by piece.
    static let deep = [layer(2, 8, 8, [128], 256), layer(3, 7, 9, [100, 33], 261)]
    /// An output of 8 MB or more, which is stored past the caches.
    static let large = [layer(2, 192, 176, [6], 32), layer(1, 160, 144, [8], 32, transposed: true)]

    @Test(arguments: winograd + few + strided + transposed)
    func agreesWithPlainTwin(_ layer: ConvolutionLayer) {
        check(layer, levels: CPULevel.allCases)
    }

    @Test(arguments: large)
    func largeOutputAgreesWithPlainTwin(_ layer: ConvolutionLayer) {
        check(layer, levels: CPULevel.allCases)
    }

    @Test(arguments: deep)
    func deepLayerAgreesWithPlainTwin(_ layer: ConvolutionLayer) {
        check(layer, levels: [.best])
    }

    /// The same bits for 1, 2, 3 and 8 threads, on every CPU level.
    @Test(arguments: [
        winograd[7], winograd[9], winograd[11], few[2], strided[0], transposed[3], deep[0],
    ])
    func threadsDoNotChangeResults(_ layer: ConvolutionLayer) {
        for cpu in CPULevel.allCases {
            for pass in ConvolutionLayer.Pass.allCases {
                let results = [1, 2, 3, 8].map { threads in
                    let context = ComputeContext(threads: threads, cpu: cpu)
                    let probe = ConvolutionProbe(layer, seed: 3, context: context)
                    probe.run(pass)
                    return probe.results(of: pass)
                }
                for other in results.dropFirst() {
                    #expect(other == results[0], "\(layer), \(pass), \(cpu)")
                }
            }
        }
    }

    /// Large maps of few channels, where the weight gradient has the most partial sums, and the others.
    @Test(
        arguments: [layer(4, 64, 64, [32], 32), layer(4, 64, 64, [24, 8], 40)]
            + winograd + few + strided + transposed + deep)
    func kernelsStayInTheirWorkspace(_ layer: ConvolutionLayer) {
        for cpu in CPULevel.allCases {
            for threads in [1, 2] {
                let probe = ConvolutionProbe(
                    layer, seed: 4, context: ComputeContext(threads: threads, cpu: cpu))
                for pass in ConvolutionLayer.Pass.allCases {
                    #expect(
                        probe.staysInWorkspace(pass), "\(layer), \(pass), \(cpu), \(threads)")
                }
            }
        }
    }

    /// Errors relative to the norm: 1e-5 forward, 3e-5 for gradients.
    private func check(_ layer: ConvolutionLayer, levels: [CPULevel]) {
        let plain = ConvolutionProbe(layer, seed: 2, context: ComputeContext(threads: 1))
        ConvolutionLayer.Pass.allCases.forEach(plain.runNaive)
        for cpu in levels {
            let fast = ConvolutionProbe(
                layer, seed: 2, context: ComputeContext(threads: 2, cpu: cpu))
            for pass in ConvolutionLayer.Pass.allCases {
                fast.run(pass)
                for (actual, expected) in zip(fast.results(of: pass), plain.results(of: pass)) {
                    expectClose(
                        DoubleTensor(actual), DoubleTensor(expected),
                        tolerance: pass == .forward ? 1e-5 : 3e-5, "\(layer), \(pass), \(cpu)")
                }
            }
        }
    }
}
