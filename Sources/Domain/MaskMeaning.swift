/// What the masks of a data set show, as its entry or its folders say: never told from the name of an
/// image's file.
public struct MaskMeaning: Sendable, Equatable, Codable {
    /// The structures that are trained, K of them, in the order of the maps.
    public let structures: [Structure]
    /// What was drawn, each in a mask of its own where there are several: the structures that can be
    /// chosen beside `structures` and the unions of a left and a right part.
    public let parts: [Structure]
    /// The side that the published definitions call positive; nil where each part of the data set
    /// has its own.
    public let publishedPositive: MaskSide?

    /// Masks of `structures`, drawn as `parts`.
    public init(
        structures: [Structure], parts: [Structure], publishedPositive: MaskSide? = .foreground
    ) {
        self.structures = structures
        self.parts = parts
        self.publishedPositive = publishedPositive
    }

    /// Masks of both lungs, in one file or each apart, and of what else a release has drawn.
    public static func lungs(
        publishedPositive: MaskSide?, apart: Bool = true, beside others: [String] = []
    ) -> MaskMeaning {
        let sides = ["left lung", "right lung"].map { Structure($0, lungs: .one) }
        let both = Structure("lungs", of: apart ? sides.map(\.name) : [], lungs: .both)
        return MaskMeaning(
            structures: [both], parts: (apart ? sides : [both]) + others.map { Structure($0) },
            publishedPositive: publishedPositive)
    }

    /// Masks of one other structure; nothing published calls their background positive.
    public static func structure(_ name: String) -> MaskMeaning {
        MaskMeaning(structures: [Structure(name)], parts: [Structure(name)])
    }

    /// Names of the structures.
    public var names: [String] { structures.map(\.name) }

    /// Every structure that can be chosen by its name.
    public var choices: [Structure] {
        var choices = structures
        for choice in pairs + parts where !choices.contains(where: { $0.name == choice.name }) {
            choices.append(choice)
        }
        return choices
    }

    /// `clavicles` where `left clavicle` and `right clavicle` are drawn.
    private var pairs: [Structure] {
        parts.compactMap { part in
            guard part.name.hasPrefix("left ") else { return nil }
            let name = part.name.dropFirst("left ".count)
            guard parts.contains(where: { $0.name == "right \(name)" }) else { return nil }
            return Structure(
                "\(name)s", of: [part.name, "right \(name)"],
                lungs: part.lungs == nil ? nil : .both)
        }
    }

    /// The same masks with these structures trained: names of `choices`, or `all` for every part.
    /// Without names, the structures stay.
    ///
    /// ```swift
    /// let masks = try DatasetRegistry.require("jcx").masks
    /// let names = try masks.choosing(["lungs", "heart"]).names  // K = 2
    /// ```
    public func choosing(_ chosen: [String]) throws(StructureError) -> MaskMeaning {
        if chosen.isEmpty { return self }
        var found: [Structure] = []
        for name in chosen {
            var named = name == Structure.all ? parts : []
            if let choice = choices.first(where: { $0.name == name }) { named = [choice] }
            guard !named.isEmpty else {
                throw .unknown(name: name, known: choices.map(\.name) + [Structure.all])
            }
            for structure in named {
                guard !found.contains(where: { $0.name == structure.name }) else {
                    throw .repeated(name: structure.name)
                }
                found.append(structure)
            }
        }
        return MaskMeaning(
            structures: found, parts: parts, publishedPositive: publishedPositive)
    }
}

/// A side of a mask.
public enum MaskSide: String, Sendable, Equatable, Codable {
    /// What the mask covers.
    case foreground
    /// The rest of the image.
    case background
}
