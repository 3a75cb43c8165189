import NN
import TensorCore
import Testing

@testable import Models

/// The counts of methods.md table 3.5, which were checked against a PyTorch build.
struct ParameterCountTests {
    static let segmentors: [(name: String, width: Int, count: Int)] = [
        ("unet", 32, 7_766_369), ("unet", 16, 1_944_241), ("unet", 8, 487_385),
        ("attention-unet", 32, 8_634_404), ("attention-unet", 16, 2_162_196),
        ("attention-unet", 8, 542_348),
        ("ppau-net", 32, 9_414_375), ("ppau-net", 16, 2_358_647), ("ppau-net", 8, 592_191),
    ]

    @Test(arguments: segmentors)
    func segmentor(_ expected: (name: String, width: Int, count: Int)) throws {
        var make = Initialiser(context: ComputeContext(threads: 1), random: RandomSource(seed: 1))
        let entry = try #require(ModelRegistry.find(expected.name))
        let network = entry.make(NetworkSettings(width: expected.width), &make)
        #expect(network.parameterCount == expected.count)
    }

    /// Input channels, outputs, width, count.
    static let classifiers: [(Int, Int, Int, Int)] = [
        (2, 3, 32, 1_571_811), (2, 3, 16, 394_227), (2, 3, 8, 99_195),
        (2, 9, 32, 1_574_889), (2, 9, 16, 395_769), (2, 9, 8, 99_969),
        (1, 2, 32, 1_571_010), (1, 2, 16, 393_826), (1, 2, 8, 98_994),
    ]

    @Test(arguments: classifiers)
    func classifier(_ inputs: Int, _ outputs: Int, _ width: Int, _ count: Int) {
        var make = Initialiser(context: ComputeContext(threads: 1), random: RandomSource(seed: 1))
        let network = ConvolutionalClassifier(
            "discriminator", inputChannels: inputs, classes: outputs, width: width, using: &make)
        #expect(network.parameterCount == count)
    }
}
