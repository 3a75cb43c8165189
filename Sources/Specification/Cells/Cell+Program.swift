package import Domain
import Foundation
package import Programs
import Settings
import Training

/// Cells that a program of the user's trains.
extension Cell {
    /// Settings of Lightbox's own that say something about such a cell: which data, how it is
    /// divided, how long. Every other name under `train` is for the program to make sense of.
    package static let programSettings: Set<String> = [
        "epochs", "image", "resize", "channels", "structures", "exclusive", "normalisation",
        "unmasked", "split", "split-seed", "folds", "fold", "checkpoint-every", "max-seconds",
        "keep-masks",
    ]

    /// Has `program` train the cell.
    package mutating func train(by program: TrainingProgram) {
        self.program = program
        procedure = TrainingProgram.procedure
        loss = TrainingProgram.ownLoss
    }

    /// Names of the settings of a cell like this, in the order of help and grids.
    package var settingNames: [String] {
        let own = TrainingSettings.fields.map(\.name)
        guard program != nil else { return own }
        return own.filter(Self.programSettings.contains) + free.keys.sorted()
    }

    /// The names of the axes that are no settings, but for the seed.
    var axisNames: [String] {
        program == nil ? Self.identityAxes : Self.identityAxes.filter { $0 != "procedure" }
    }

    /// Every name that `set` knows; a program's cell knows others too.
    var knownKeys: [String] { axisNames + [Self.seedAxis] + settingNames }

    /// Whether `set` takes the key.
    func knows(_ key: String) -> Bool { knownKeys.contains(key) || isFree(key) }

    /// Whether the key is one for the program to make sense of.
    func isFree(_ key: String) -> Bool {
        guard program != nil, !Self.programSettings.contains(key),
            !(Self.identityAxes + [Self.seedAxis]).contains(key),
            ![Self.codeParameter, Self.commandParameter].contains(key)
        else { return false }
        return key.wholeMatch(of: /[A-Za-z][A-Za-z0-9_.-]{0,63}/) != nil
    }

    /// What a name of the program's own may look like, as a model's.
    static let nameRule = "a name of up to 100 letters, digits and '-_.+'"

    /// Whether a program's model or loss may be called so.
    static func isName(_ text: String) -> Bool {
        text.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9_.+-]{0,99}/) != nil
    }

    /// The value that a text under `train` stands for: a number, true or false, null, or the text. A
    /// text that would be another of these stands in quotes, as JSON has it.
    static func freeValue(_ text: String) -> JSONValue {
        if text.hasPrefix("\""), text.hasSuffix("\""), text.count > 1,
            case .text(let inner)? = try? JSONDecoder().decode(
                JSONValue.self, from: Data(text.utf8)), freeValue(inner) != .text(inner)
        {
            return .text(inner)
        }
        // Runs are known by what they were told: beyond 2^53 only plain digits are a whole number.
        if let whole = NumberText.wholeNumber(text),
            Int(text) != nil || whole.magnitude < 1 << 53
        {
            return .integer(Int64(whole))
        }
        if let number = NumberText.number(text) { return .number(number) }
        switch text {
        case "true", "True", "TRUE": return .flag(true)
        case "false", "False", "FALSE": return .flag(false)
        case "null", "Null", "NULL", "~": return .null
        default: return .text(text)
        }
    }

    /// The text of a value that `freeValue` made.
    static func freeText(_ value: JSONValue) -> String {
        if case .text(let text) = value, freeValue(text) == value {
            text
        } else {
            value.canonicalJSON
        }
    }

    /// What tells a program's versions apart among the parameters of runs.
    private static let codeParameter = "trainer-code", commandParameter = "trainer-command"

    /// Every setting that the cell uses, by name, and which program trains it: the beginning of its
    /// code's digest, and its command.
    package var parameters: [String: JSONValue] {
        var all = usedValues.merging(free) { _, free in free }
        if let program {
            all[Self.codeParameter] = .text(String(program.digest.prefix(12)))
            all[Self.commandParameter] = .text(program.command.joined(separator: " "))
        }
        return all
    }
}
