import Datasets
import Domain
import Foundation
import Losses
import Models
import NN
import Settings
import TensorCore

@testable import Training

/// Small images that look a little like chest X-rays: two dark ellipses of varied place and size on
/// a bright, noisy ground; class 1 has a bright spot in one of them.
enum TinyData {
    static func dataset(
        _ count: Int, side: Int = 32, classes: Int = 2, name: String = "tiny", seed: UInt64 = 11
    ) -> Dataset {
        var random = RandomSource(seed: seed, stream: "tiny")
        var images: [Float] = []
        var masks: [UInt8] = []
        var examples: [Example] = []
        for index in 0..<count {
            let classIndex = index % classes
            let scale = Double(side) / 32
            let lungs = [9.0, 23.0].map { column in
                (
                    row: (16 + random.uniform(-2...2)) * scale,
                    column: (column + random.uniform(-1...1)) * scale,
                    a: random.uniform(8...11) * scale, b: random.uniform(4...5.5) * scale
                )
            }
            for row in 0..<side {
                for column in 0..<side {
                    let inside = lungs.contains {
                        let dr = (Double(row) - $0.row) / $0.a
                        let dc = (Double(column) - $0.column) / $0.b
                        return dr * dr + dc * dc <= 1
                    }
                    let dr = Double(row) - lungs[0].row
                    let dc = Double(column) - lungs[0].column
                    let spot = classIndex > 0 && dr * dr + dc * dc < 6 * scale * scale
                    var grey = inside ? 0.25 : 0.7
                    if spot { grey += 0.3 * Double(classIndex) }
                    images.append(Float(grey + 0.05 * random.normal()))
                    masks.append(inside ? 1 : 0)
                }
            }
            examples.append(
                Example(
                    id: "tiny\(index)", hasMask: true, classIndex: classIndex, originalWidth: side,
                    originalHeight: side))
        }
        return Dataset(
            name: name, shape: .square(side), examples: examples,
            classNames: (0..<classes).map { "class\($0)" }, fingerprint: "tiny", images: images,
            masks: masks)
    }

    static func settings(epochs: Int, batch: Int = 4) -> TrainingSettings {
        var settings = TrainingSettings()
        settings.epochs = epochs
        settings.batch = batch
        settings.image = 32
        settings.width = 4
        settings.checkpointEvery = 0
        return settings
    }

    static func factory(_ model: ModelEntry = .unet, width: Int = 4) -> NetworkFactory {
        NetworkFactory(
            segmentor: {
                model.make(NetworkSettings(inputChannels: $0, structures: $1, width: width), &$2)
            },
            classifier: { channels, outputs, make in
                ConvolutionalClassifier(
                    "discriminator", inputChannels: channels, classes: outputs, width: width,
                    using: &make)
            })
    }

    /// Training on the first images, validating on the next two, testing on the last two.
    static func request(
        train: Int = 6, labelled: Int? = nil, settings: TrainingSettings,
        networks: NetworkFactory = factory(), loss: any Loss = klTversky, seed: UInt64 = 1,
        folder: URL = folder(), classes: Int = 2
    ) -> RunRequest {
        let split = DataSplit(
            train: Array(0..<train), validation: [train, train + 1], test: [train + 2, train + 3],
            labelled: Array(0..<(labelled ?? train)))
        return RunRequest(
            dataset: dataset(train + 4, classes: classes), split: split, networks: networks,
            loss: loss, settings: settings, seed: seed, folder: folder,
            metadata: ["model": "unet"], identity: "identity")
    }

    static let klTversky: any Loss = loss("kltv")

    static func loss(_ name: String) -> any Loss {
        guard let entry = LossRegistry.find(name) else { preconditionFailure("no loss \(name)") }
        return entry.make(SettingValues())
    }

    static func folder() -> URL {
        FileManager.default.temporaryDirectory.appending(path: "training-\(UUID().uuidString)")
    }
}
