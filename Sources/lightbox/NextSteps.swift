import ArgumentParser
import Datasets
import Foundation

/// What can be done next in the working folder: `lightbox` without a verb.
struct NextSteps {
    /// Data sets with masks.
    private let sets: [DatasetPresence]
    private let hint: String?
    private let experiments: [String]
    private let store: String?

    init(below root: DataRoot) {
        sets = FirstExperiment.usable(DatasetPresence.all(below: root))
        hint = sets.isEmpty ? DatasetPresence.hint(below: root) : nil
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "experiments")) ?? []
        experiments = names.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.sorted()
            .map { "experiments/\($0)" }
        let path = (try? StoreOption.parse([]))?.store ?? StoreOption.standard
        store = FileManager.default.fileExists(atPath: path) ? path : nil
    }

    var lines: [String] {
        let steps = steps
        let width = (steps.map(\.command.count).max() ?? 0) + 3
        return ["Lightbox \(Version.text): \(Lightbox.configuration.abstract)", "", found, ""]
            + steps.map {
                "    " + $0.command
                    + String(repeating: " ", count: width - $0.command.count) + $0.purpose
            } + [
                "", "Your own images: data/NAME/images and data/NAME/masks, or --data DIR.",
                "Every verb: lightbox help",
            ]
    }

    /// What is there, in one sentence.
    private var found: String {
        var parts: [String] = []
        if let store { parts.append("runs in \(store)") }
        if let first = experiments.first {
            parts.append(experiments.count == 1 ? first : "\(experiments.count) experiments")
        }
        if !sets.isEmpty {
            parts.append("data (\(sets.map(\.dataset).joined(separator: ", ")))")
        }
        if let hint { parts.append(hint) }
        return parts.isEmpty
            ? "Nothing is here yet: no data, no experiment, no runs. A first table takes minutes:"
            : "Here: " + parts.joined(separator: "; ") + ". What you can do next:"
    }

    private var steps: [(command: String, purpose: String)] {
        let first = FirstExperiment.path
        var steps: [(String, String)] = []
        if store != nil {
            steps += [
                ("lightbox runs", "lists the runs"),
                ("lightbox report --list", "names the tables that can be written"),
                ("lightbox query --schema", "shows what SQL can ask for"),
            ]
        }
        if experiments.isEmpty, sets.isEmpty, hint == nil {
            steps.append(("lightbox data phantom data", "draws chest X-rays to try it with"))
        }
        if experiments.isEmpty {
            steps.append(("lightbox init", "writes \(first), an example for the data"))
        }
        steps.append(
            (
                "lightbox sweep \(experiments.first ?? first)",
                "trains what is missing, writes a table"
            ))
        return steps
    }
}
