import Files
import Foundation
import Hashing

/// Where the masks, maps and pictures of a `predict` go: found good before the first image is read.
struct PredictOutputs {
    /// What is written for an image.
    enum Kind: String, CaseIterable {
        case mask, overlay, probability, uncertainty
    }

    private var outputs: [Kind: [URL: Output]] = [:]
    /// One a structure, where there are several.
    private var parts: [Kind: [URL: [Output]]] = [:]
    /// The table of all images.
    let table: Output?

    /// Decides about every file.
    ///
    /// - Parameters:
    ///   - places: file or folder of each kind that is asked for.
    ///   - csv: file of the table.
    ///   - structures: what is segmented. Of several each has a file of its own beside that for all,
    ///     `mask.heart.png` beside `mask.png`; maps have theirs only.
    /// - Throws: `OutputError`, also where two images would write one file.
    init(
        _ places: [Kind: String], csv: String?, for inputs: PredictInputs,
        structures: [String] = [], under rule: OutputRule
    ) throws(OutputError) {
        var plan = OutputPlan(rule)
        for kind in Kind.allCases {
            guard let place = places[kind] else { continue }
            if inputs.isMany {
                _ = try rule.folder(place)
            } else {
                try OutputError.check(place, endsWith: "png")
            }
            let isApart = structures.count > 1 && kind != .overlay
            for input in inputs.files {
                let path = inputs.place(place, for: input)
                let owner = "the \(kind.rawValue) of '\(input.relativePath)'"
                if !isApart || kind == .mask {
                    outputs[kind, default: [:]][input] = try plan.claim(path, for: owner)
                }
                guard isApart else { continue }
                var own: [Output] = []
                for (name, file) in zip(structures, Self.fileNames(of: structures)) {
                    own.append(
                        try plan.claim(Self.path(path, of: file), for: "'\(name)' in \(owner)"))
                }
                parts[kind, default: [:]][input] = own
            }
        }
        var table: Output?
        if let csv { table = try plan.claim(csv, for: "the table") }
        self.table = table
    }

    /// What structures are called in file names: `left-lung`; with a digest where two would share a
    /// file, in folders too that take capitals for small letters.
    private static func fileNames(of structures: [String]) -> [String] {
        let plain = structures.map { String($0.map { $0 == " " ? "-" : $0 }) }
        return zip(structures, plain).map { structure, name in
            let isShared = plain.count { $0.lowercased() == name.lowercased() } > 1
            return isShared ? name + "-" + SHA256.hex(of: structure).prefix(8) : name
        }
    }

    /// The file of a structure beside that of all: `mask.left-lung.png`.
    private static func path(_ path: String, of name: String) -> String {
        let ending = (path as NSString).pathExtension
        guard !ending.isEmpty else { return "\(path).\(name)" }
        return "\((path as NSString).deletingPathExtension).\(name).\(ending)"
    }

    /// The output of one kind for one image; nil where it is not asked for.
    subscript(kind: Kind, input: URL) -> Output? { outputs[kind]?[input] }

    /// What the lines of an image say of its files: the mask, or the image where none is written, and
    /// the others that are one for the whole image.
    func names(_ input: URL) -> (first: String, others: String) {
        let others = Kind.allCases.filter { $0 != .mask }.compactMap { kind in
            self[kind, input].map { ", \(kind.rawValue) in \($0.name)" }
        }
        return (self[.mask, input]?.name ?? input.relativePath, others.joined())
    }

    /// The outputs of one kind for one image that are a structure's each: of one structure that for
    /// the image.
    func each(_ kind: Kind, _ input: URL) -> [Output] {
        parts[kind]?[input] ?? outputs[kind]?[input].map { [$0] } ?? []
    }

    /// Whether bytes go to standard output, so that sentences may not.
    var useStream: Bool {
        table?.isStream == true || outputs.values.contains { $0.values.contains(where: \.isStream) }
    }
}
