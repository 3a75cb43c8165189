public import Domain
public import Programs
import Settings
public import Training

/// One combination of the grid: everything that says what a run trains.
public struct Cell: Sendable, Hashable {
    /// Name in the data set registry.
    public var dataset = ""
    /// Name in the model registry.
    public var model = ""
    /// Name in the loss registry.
    public var loss = ""
    /// Name in the procedure registry.
    public var procedure = Cell.defaultProcedure
    /// Percent of the training split whose labels are used, from 0.01 to 100.
    public var labels = 100.0
    /// Seed of the initial weights, the order of images and every other chance; of the split too,
    /// where `split-seed` gives it none of its own.
    public var seed: UInt64 = 1
    /// How it is trained.
    public var settings = TrainingSettings()
    /// The program that trains it; nil where Lightbox does.
    public internal(set) var program: TrainingProgram?
    /// What the program is told under names that are no settings of Lightbox's.
    public internal(set) var free: [String: JSONValue] = [:]

    /// Plain supervised training.
    public static let defaultProcedure = "supervised"

    /// Seed of the split and of the labelled part.
    public var splitSeed: UInt64 { settings.splitSeed.map { UInt64($0) } ?? seed }

    /// Names of the other data sets whose images it trains on without labels, sorted.
    public var unlabelledDatasets: [String] {
        let name = UnlabelledSources.setting
        guard !settings.values.isDefault(name), uses(name) else { return [] }
        return settings[UnlabelledSources.self].others
    }

    /// A cell with empty names and default settings.
    public init() {}

    /// Names of the axes that are no training settings, in the order of the grid; `seed` comes
    /// last of all axes.
    static let identityAxes = ["dataset", "model", "loss", "procedure", "labels"]
    static let seedAxis = "seed"

    private static let percentages = 0.01...100

    /// The 3 of "3 images"; nil for anything else.
    private static func images(in text: String) -> Int? {
        let words = text.split(separator: " ")
        guard words.count == 2, ["image", "images"].contains(words[1]),
            let count = NumberText.wholeNumber(String(words[0])), count > 0
        else { return nil }
        return count
    }

    /// How many labels the cell has, as a user would write it: "10", "3 images".
    private var labelsText: String {
        switch settings.labelledImages {
        case nil: SettingValue.number(labels).text
        case 1: "1 image"
        case .some(let count): "\(count) images"
        }
    }

    /// The same for a heading: "10 %", "3 images".
    package var labelsTitle: String {
        settings.labelledImages == nil ? labelsText + " %" : labelsText
    }

    /// What an axis may hold; nil for one of registered names.
    func kind(of key: String) -> SettingKind? {
        switch key {
        case "labels": .number(Self.percentages)
        case Self.seedAxis: .integer(0...Int.max)
        case _ where isFree(key): nil
        default: TrainingSettings.field(key)?.kind
        }
    }

    /// Sets one axis from its text.
    ///
    /// - Throws: `SpecError.unknownName` or `.badValue`, naming `place`.
    package mutating func set(
        _ key: String, to text: String, at place: Place, vocabulary: Vocabulary
    ) throws {
        func name(_ kind: String, _ text: String, _ known: [String]) throws -> String {
            if program != nil, kind != "data set" {
                guard Self.isName(text) else {
                    throw SpecError.badValue(
                        key: key, found: text, expected: Self.nameRule, at: place)
                }
                return text
            }
            guard known.contains(text) else {
                if let other = vocabulary.kind(of: text) {
                    throw SpecError.otherKind(
                        kind: kind, text, other: other, at: place, known: known)
                }
                throw SpecError.unknownName(kind: kind, text, at: place, known: known)
            }
            return text
        }
        /// A data set's name, or one of `words`.
        func dataset(_ text: String, or words: [String] = []) throws -> String {
            // `folder:NAME` is a user's own folder; the registry cannot list it.
            guard text.hasPrefix("folder:"), vocabulary.datasets.contains("folder") else {
                return try name("data set", text, words + vocabulary.datasets)
            }
            let folder = text.dropFirst("folder:".count)
            guard !folder.isEmpty, folder.unicodeScalars.allSatisfy({ $0.value >= 32 }) else {
                throw SpecError.badValue(
                    key: key, found: text, expected: "folder:NAME, a folder below the data folder",
                    at: place)
            }
            return text
        }
        switch key {
        case "dataset": self.dataset = try dataset(text)
        case "model": model = try name("model", text, vocabulary.models)
        case "loss": loss = try name("loss", text, vocabulary.losses)
        case "procedure": procedure = try name("procedure", text, vocabulary.procedures)
        case "labels":
            if let count = Self.images(in: text) {
                (labels, settings.labelledImages) = (100, count)
                break
            }
            guard let percent = NumberText.number(text), Self.percentages.contains(percent) else {
                throw SpecError.badValue(
                    key: key, found: text,
                    expected: "a percentage from 0.01 to 100, or a number of images, such as "
                        + "3 images", at: place)
            }
            labels = percent
        case "seed":
            guard let value = NumberText.wholeNumber(text), value >= 0 else {
                let kind = SettingKind.integer(0...Int.max)
                throw SpecError.badValue(
                    key: key, found: text, expected: kind.expectation(insteadOf: text), at: place)
            }
            seed = UInt64(value)
        case _ where isFree(key): free[key] = Self.freeValue(text)
        default:
            guard let field = TrainingSettings.field(key) else {
                throw SpecError.unknownKey(key, section: nil, at: place, known: knownKeys)
            }
            if case .choice(let names) = field.kind, !names.contains(text) {
                throw SpecError.unknownName(kind: "\(key)", text, at: place, known: names)
            }
            do {
                try field.set(text, in: &settings)
            } catch SettingError.badValue(let key, let found, let expected) {
                throw SpecError.badValue(key: key, found: found, expected: expected, at: place)
            }
            guard key == UnlabelledSources.setting else { break }
            for name in settings[UnlabelledSources.self].names {
                _ = try dataset(name, or: [UnlabelledSources.own])
            }
        }
    }

    /// The text of one axis, as a user would write it.
    public func text(of key: String) -> String? {
        switch key {
        case "dataset": dataset
        case "model": model
        case "loss": loss
        case "procedure": procedure
        case "labels": labelsText
        case "seed": String(seed)
        case _ where isFree(key): free[key].map(Self.freeText)
        default: TrainingSettings.field(key)?.value(in: settings).text
        }
    }
}

extension Cell {
    /// The cell as text, for other processes: the axes, and the settings that are not at their
    /// default.
    package var texts: [String: String] {
        let plain = Cell()
        var texts: [String: String] = [:]
        for key in knownKeys {
            let text = text(of: key)
            let isSetting = TrainingSettings.field(key) != nil && !isFree(key)
            if !isSetting || text != plain.text(of: key) { texts[key] = text }
        }
        if let program { texts[Self.programKey] = program.json }
        return texts
    }

    /// Key of the program among the texts.
    private static let programKey = "trainer"

    /// The cell that `texts` stand for; `source` says in errors where they are from.
    ///
    /// - Throws: `SpecError` for names that this Lightbox does not know.
    package init(texts: [String: String], from source: String, vocabulary: Vocabulary) throws {
        if let json = texts[Self.programKey] {
            guard let program = TrainingProgram(json: json) else {
                throw SpecError.badValue(
                    key: Self.programKey, found: json, expected: "a program", at: .option(source))
            }
            train(by: program)
        }
        for (key, text) in texts.sorted(by: { $0.key < $1.key }) where key != Self.programKey {
            try set(key, to: text, at: .option(source), vocabulary: vocabulary)
        }
    }
}
