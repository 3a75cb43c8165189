import Foundation
import RunStore
import Search
import Specification

/// Lets another program run Lightbox's searches on functions of its own: it is told the space, asks
/// for the next point and tells what came of it, a line of JSON each way.
///
/// `benchmarks/peer_search.py` drives it and Optuna over the same functions.
@main
struct SearchBench {
    static func main() throws {
        while let line = readLine() {
            try run(JSONDecoder().decode(Task.self, from: Data(line.utf8)))
        }
    }

    /// Runs one search to its end: says what to train, reads the curve of its objective.
    private static func run(_ task: Task) throws {
        let search = try task.search
        var board = SearchBoard(search: search, epochs: task.epochs)
        while true {
            switch board.move {
            case .begin:
                let number = board.trials.count
                let point = search.sampler.suggest(
                    trial: number, after: board.observations, in: search.space)
                board.trials.append(Trial(number: number, point: point))
            case .train(let index, let epoch):
                let order = Order(
                    trial: index, epochs: epoch ?? task.epochs,
                    values: zip(search.space.parameters, board.trials[index].point).map {
                        $0.range.text(of: $1)
                    })
                print(String(decoding: try JSONEncoder().encode(order), as: UTF8.self))
                fflush(nil)
                guard let answer = readLine() else { return }
                let curve = try JSONDecoder().decode([Double].self, from: Data(answer.utf8))
                board.trials[index].learn(
                    curve.enumerated().map { (epoch: $0 + 1, value: $1) },
                    isMaximised: search.isMaximised)
                board.trials[index].state = epoch == nil ? .completed : .interrupted
            case .wait, .finish:
                print("{}")
                fflush(nil)
                return
            }
        }
    }
}

/// What to train: a trial, as far as which epoch, and its values in the order of the space's names.
private struct Order: Encodable {
    let trial: Int
    let epochs: Int
    let values: [String]
}
