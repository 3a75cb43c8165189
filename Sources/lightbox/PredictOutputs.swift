import Files
import Foundation

/// Where the masks, maps and pictures of a `predict` go: found good before the first image is read.
struct PredictOutputs {
    /// What is written for an image.
    enum Kind: String, CaseIterable {
        case mask, overlay, probability
    }

    private var outputs: [Kind: [URL: Output]] = [:]
    /// The table of all images.
    let table: Output?

    /// Decides about every file.
    ///
    /// - Parameters:
    ///   - places: file or folder of each kind that is asked for.
    ///   - csv: file of the table.
    /// - Throws: `OutputError`, also where two images would write one file.
    init(
        _ places: [Kind: String], csv: String?, for inputs: PredictInputs, under rule: OutputRule
    ) throws(OutputError) {
        var plan = OutputPlan(rule)
        for kind in Kind.allCases {
            guard let place = places[kind] else { continue }
            if inputs.isMany { _ = try rule.folder(place) }
            var own: [URL: Output] = [:]
            for input in inputs.files {
                own[input] = try plan.claim(
                    inputs.place(place, for: input),
                    for: "the \(kind.rawValue) of '\(input.relativePath)'")
            }
            outputs[kind] = own
        }
        var table: Output?
        if let csv { table = try plan.claim(csv, for: "the table") }
        self.table = table
    }

    /// The output of one kind for one image; nil where it is not asked for.
    subscript(kind: Kind, input: URL) -> Output? { outputs[kind]?[input] }

    /// Whether bytes go to standard output, so that sentences may not.
    var useStream: Bool {
        table?.isStream == true || outputs.values.contains { $0.values.contains(where: \.isStream) }
    }
}
