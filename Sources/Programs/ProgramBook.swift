internal import Domain
internal import Foundation
internal import Metrics

/// What is known of a program's run so far, kept beside its report: whoever goes on with the run
/// reads the report from where this ends.
struct ProgramBook: Codable, Equatable {
    /// An epoch that the program has reported.
    struct Epoch: Codable, Equatable {
        var validation: [String: Double]
        var isMarkedBest: Bool
    }

    /// The configuration whose run this is.
    var identity: String
    /// The epochs from the first on.
    var epochs: [Epoch] = []
    /// Bytes of the report that are in here.
    var offset = 0
    /// Seconds of all starts.
    var seconds = 0.0

    /// The book of that place where it is this run's and nothing in it is ahead of the store.
    init(_ place: ProgramPlace, identity: String, recorded: Int?) {
        self.init(identity: identity)
        guard let data = try? Data(contentsOf: place.book),
            let found = try? JSONDecoder().decode(ProgramBook.self, from: data),
            found.identity == identity
        else { return }
        self = found
        if let recorded, epochs.count > recorded { rewind(to: recorded) }
    }

    private init(identity: String) { self.identity = identity }

    /// Forgets the epochs after `epoch`.
    mutating func rewind(to epoch: Int) { epochs = Array(epochs.prefix(epoch)) }

    /// Writes the book, whole or not at all.
    func save(_ place: ProgramPlace) throws(ProgramError) {
        do {
            try JSONEncoder().encode(self).write(to: place.book, options: .atomic)
        } catch {
            throw .folder(path: place.work.path, reason: error.localizedDescription)
        }
    }

    /// The validation figure that chooses the best epoch where the program does not say.
    var selection: String {
        let masks = MetricEntry.dice.name
        return epochs.contains { $0.validation[masks] != nil } ? masks : "class-accuracy"
    }

    /// The best epoch, from 1: the last that the program has marked, else the first of the largest
    /// figure, else the last.
    var best: Int {
        if let marked = epochs.lastIndex(where: \.isMarkedBest) { return marked + 1 }
        let values = epochs.map { $0.validation[selection] ?? -.infinity }
        guard let largest = values.max(), largest.isFinite else { return epochs.count }
        return (values.firstIndex(of: largest) ?? 0) + 1
    }
}
