import Datasets
import Files
import Foundation

/// An example experiment for a data set that was found.
struct FirstExperiment {
    /// The file where none is named.
    static let path = "experiments/first.yaml"

    let name: String
    let dataset: DatasetPresence
    /// Data sets that could stand in its place.
    let others: [String]
    /// The data folder, where the file has to say it.
    let data: String?

    /// The data sets that a network can learn masks from.
    static func usable(_ found: [DatasetPresence]) -> [DatasetPresence] {
        found.filter { ($0.masked ?? 0) > 0 && $0.remark.isEmpty }
    }

    /// The file as text.
    var text: String {
        let data = data.map { "data: \(Self.scalar($0))\n" } ?? ""
        let also =
            others.isEmpty
            ? ""
            : "  # also here: " + others.map { Self.scalar($0) }.joined(separator: ", ")
        return """
            # An example that `lightbox init` wrote; change what you like.
            #   lightbox sweep FILE --dry-run    lists the cells
            #   lightbox sweep FILE              trains those that are missing and writes the table
            # A list is an axis of the grid: every combination is one run. The names of models, losses
            # and settings: lightbox train --help
            name: \(name)
            description: A small U-Net with two losses
            report: sweep rows=model,loss
            \(data)grid:
              dataset: \(Self.scalar(dataset.dataset))\(also)
              model: unet              # more: attention-unet, ppau-net
              loss: [tv, kltv]
              labels: 100              # percent of the training images whose masks are used
              seed: 1                  # [1, 2, 3] shows how much chance does
            train:
              epochs: 20
              batch: \(batch)
              image: 128               # images are trained as squares of that many pixels
              width: 16
              learning-rate: 1.0e-3

            """
    }

    /// A small data set has small batches, so that an epoch has steps.
    private var batch: Int { min(8, max(2, (dataset.masked ?? 0) / 4)) }

    /// `text` in YAML: as it is where that is plain, else in quotes.
    private static func scalar(_ text: String) -> String {
        let plain = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "/._-"))
        let isPlain =
            text.first?.isLetter == true && text.unicodeScalars.allSatisfy(plain.contains)
            || text.hasPrefix("/") && text.unicodeScalars.allSatisfy(plain.contains)
        return isPlain ? text : (try? DataFormat.json(text)) ?? text
    }
}
