import Domain
import RunStore
import Specification

/// A search to run, as it is told.
struct Task: Decodable {
    /// A parameter: its name and, of the four kinds of range, the one it has.
    struct Parameter: Decodable {
        var name: String
        var uniform: [Double]?
        var logUniform: [Double]?
        var integer: [Int]?
        var choice: [String]?
    }

    /// A task that makes no sense.
    enum Problem: Error {
        case method(String)
        case range(of: String)
    }

    var method: String
    var seed: UInt64
    var trials: Int
    /// Epochs of a trial that trains to the end.
    var epochs: Int
    var minimumEpochs: Int
    var factor: Int
    var isMaximised: Bool
    var space: [Parameter]

    /// The search as an experiment file would state it.
    var search: SearchSpec {
        get throws {
            guard let method = SearchSpec.Method(rawValue: method) else {
                throw Problem.method(method)
            }
            var search = SearchSpec()
            search.method = method
            search.objective = SearchObjective(
                .validation, isMaximised ? "dice" : "loss", isMaximised: isMaximised)
            search.trials = trials
            search.seed = seed
            search.minimumEpochs = minimumEpochs
            search.factor = factor
            search.space = SearchSpace(
                try space.map { .init(name: $0.name, range: try Self.range(of: $0)) })
            return search
        }
    }

    private static func range(of parameter: Parameter) throws -> SearchRange {
        if let ends = parameter.uniform, ends.count == 2 { return .uniform(ends[0]...ends[1]) }
        if let ends = parameter.logUniform, ends.count == 2 {
            return .logUniform(ends[0]...ends[1])
        }
        if let ends = parameter.integer, ends.count == 2 { return .integer(ends[0]...ends[1]) }
        if let choices = parameter.choice { return .choice(choices) }
        throw Problem.range(of: parameter.name)
    }
}
