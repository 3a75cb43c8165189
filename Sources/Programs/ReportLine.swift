internal import Domain
internal import Foundation

/// A line of a program's report.
enum ReportLine: Equatable {
    /// Training goes on with that epoch, from 1.
    case start(epoch: Int)
    case step(Step)
    case epoch(Epoch)
    case log(isWarning: Bool, message: String)
    /// A sign of life.
    case heartbeat
    /// The classes of an image.
    case classes(weights: WeightsKind, image: String, probabilities: [Double])
    /// A file to keep with the run, relative to the working folder.
    case keep(path: String)
    /// All is saved; the run is to be continued at another time.
    case paused
    /// All is done and predicted.
    case done

    struct Step: Equatable {
        var epoch: Int, step: Int, steps: Int
        var loss: Double?, imagesPerSecond: Double?
    }

    struct Epoch: Equatable {
        var epoch: Int
        var train: [String: Double], validation: [String: Double]
        var learningRate: Double?, imagesPerSecond: Double?, seconds: Double?
        var isMarkedBest: Bool
    }

    /// Longest line in bytes.
    static let longest = 1 << 20
    /// Names that the figures of a part may have at once, and how a name may look.
    private static let mostFigures = 200
    private static let largestCount = 1_000_000_000

    /// Reads a line.
    ///
    /// - Throws: `ArrayText.Fault`, a clause that follows the line's number.
    init(_ line: Data) throws(ArrayText.Fault) {
        guard line.count <= Self.longest else { throw Self.fault("is longer than 1 MiB") }
        let fields = try Self.fields(line)
        guard case .text(let event)? = fields["event"] else {
            throw Self.fault("has no 'event'; expected one such as {\"event\": \"epoch\", …}")
        }
        let reader = LineReader(fields: fields, event: event)
        switch event {
        case "start": self = .start(epoch: try reader.count("epoch"))
        case "step":
            self = .step(
                Step(
                    epoch: try reader.count("epoch"), step: try reader.count("step"),
                    steps: try reader.count("steps"), loss: try reader.number("loss"),
                    imagesPerSecond: try reader.amount("images_per_second")))
        case "epoch":
            self = .epoch(
                Epoch(
                    epoch: try reader.count("epoch"), train: try reader.figures("train"),
                    validation: try reader.results("validation"),
                    learningRate: try reader.amount("learning_rate"),
                    imagesPerSecond: try reader.amount("images_per_second"),
                    seconds: try reader.amount("seconds"),
                    isMarkedBest: try reader.flag("best")))
        case "log":
            let level = try reader.text("level", otherwise: "info")
            guard ["info", "warning"].contains(level) else {
                throw Self.fault("has the level '\(level)'; expected info or warning")
            }
            self = .log(isWarning: level == "warning", message: try reader.text("message"))
        case "heartbeat": self = .heartbeat
        case "class":
            self = .classes(
                weights: try reader.weights(), image: try reader.text("image"),
                probabilities: try reader.numbers("probabilities"))
        case "file": self = .keep(path: try reader.text("path"))
        case "paused": self = .paused
        case "done": self = .done
        default:
            throw Self.fault(
                "has the event '\(event)'" + NearestName.suffix(event, in: Self.events))
        }
    }

    private static let events = [
        "start", "step", "epoch", "log", "heartbeat", "class", "file", "paused", "done",
    ]

    private static func fault(_ reason: String) -> ArrayText.Fault { ArrayText.Fault(reason) }

    /// The members of the line's object, by the reader of `lightbox log`.
    private static func fields(_ line: Data) throws(ArrayText.Fault) -> [String: JSONValue] {
        do {
            if String(validating: line, as: UTF8.self) != nil,
                case .object(let members) = try JSONLine.value(line)
            {
                return members
            }
        } catch .twice(let key) {
            throw fault("names '\(key.prefix(60))' twice in one object")
        } catch .large(let number) {
            throw fault("has the number \(number.prefix(60)), which is too large for 64 bits")
        } catch {}
        let start = String(decoding: line.prefix(400), as: UTF8.self).prefix(80)
        throw fault("is no JSON object: \(start)")
    }

    /// Takes the members of one line.
    private struct LineReader {
        let fields: [String: JSONValue]
        let event: String

        private func bad(_ key: String, _ expected: String) -> ArrayText.Fault {
            let found = fields[key].map { String($0.canonicalJSON.prefix(40)) } ?? "missing"
            return ReportLine.fault(
                "('\(event)'): '\(key)' is \(found); expected \(expected)")
        }

        func count(_ key: String) throws(ArrayText.Fault) -> Int {
            guard case .integer(let value)? = fields[key],
                (1...Int64(ReportLine.largestCount)).contains(value)
            else { throw bad(key, "a whole number from 1") }
            return Int(value)
        }

        func number(_ key: String) throws(ArrayText.Fault) -> Double? {
            switch fields[key] {
            case nil, .null?: return nil
            case let value?:
                guard let number = Self.number(value) else { throw bad(key, "a number") }
                return number
            }
        }

        /// A number that is none below 0; one that is not known may be NaN.
        func amount(_ key: String) throws(ArrayText.Fault) -> Double? {
            guard let number = try number(key) else { return nil }
            guard number.isNaN || number >= 0 && number.isFinite else {
                throw bad(key, "a number from 0")
            }
            return number
        }

        func numbers(_ key: String) throws(ArrayText.Fault) -> [Double] {
            guard case .list(let values)? = fields[key] else { throw bad(key, "a list of numbers") }
            let numbers = values.compactMap(Self.number)
            guard numbers.count == values.count else { throw bad(key, "a list of numbers") }
            return numbers
        }

        func text(_ key: String, otherwise: String? = nil) throws(ArrayText.Fault) -> String {
            switch (fields[key], otherwise) {
            case (.text(let value)?, _): return value
            case (nil, let otherwise?): return otherwise
            default: throw bad(key, "a text")
            }
        }

        func flag(_ key: String) throws(ArrayText.Fault) -> Bool {
            switch fields[key] {
            case nil, .null?: return false
            case .flag(let value)?: return value
            default: throw bad(key, "true or false")
            }
        }

        func weights() throws(ArrayText.Fault) -> WeightsKind {
            let text = try text("weights", otherwise: WeightsKind.best.rawValue)
            guard let kind = WeightsKind(rawValue: text) else {
                throw bad("weights", "best or last")
            }
            return kind
        }

        func figures(_ key: String) throws(ArrayText.Fault) -> [String: Double] {
            guard let value = fields[key], value != .null else { return [:] }
            guard case .object(let members) = value, members.count <= ReportLine.mostFigures else {
                throw bad(key, "an object of at most \(ReportLine.mostFigures) numbers")
            }
            var figures: [String: Double] = [:]
            for (name, value) in members {
                guard name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9_.\/@-]{0,63}/) != nil else {
                    throw bad(key, "names of up to 64 letters, digits and '-_./@'")
                }
                guard let number = Self.number(value) else { throw bad(key, "numbers") }
                figures[name] = number
            }
            return figures
        }

        /// Figures of images, within what those that Lightbox knows can be.
        func results(_ key: String) throws(ArrayText.Fault) -> [String: Double] {
            let figures = try figures(key)
            for (name, value) in figures.sorted(by: { $0.key < $1.key }) where value.isFinite {
                guard let expected = FigureLimits.expected(of: name, insteadOf: value) else {
                    continue
                }
                throw ReportLine.fault(
                    "('\(event)'): '\(name)' of '\(key)' is \(value); expected \(expected)")
            }
            return figures
        }

        private static func number(_ value: JSONValue) -> Double? {
            switch value {
            case .integer(let value): Double(value)
            case .number(let value): value
            case .text("NaN"), .text("nan"): .nan
            case .text("Infinity"), .text("inf"): .infinity
            case .text("-Infinity"), .text("-inf"): -.infinity
            default: nil
            }
        }
    }
}
