internal import Foundation
internal import Hashing
internal import NN
internal import TensorCore

/// One file with all that a run's future depends on: weights, states and moments of now, the best
/// weights so far, and the progress. Written at once, so it is always of one moment.
struct Checkpoint {
    let file: URL
    let identity: String
    let context: ComputeContext

    private static let version = "1"
    private static let best = "best/"
    private static let digest = "digest"

    /// A checkpoint that is ahead of the curves.
    struct Ahead: Error {
        let epoch: Int, recorded: Int
    }

    /// Writes the file.
    func save(_ learner: any Learner, progress: Progress, best: WeightSnapshot?) throws {
        var tensors = Checkpoint.live(learner)
        for named in best?.tensors ?? [] {
            tensors.append(NamedTensor(name: Checkpoint.best + named.name, tensor: named.tensor))
        }
        var metadata = ["version": Checkpoint.version, "identity": identity]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        metadata["progress"] = String(decoding: try encoder.encode(progress), as: UTF8.self)
        for (name, optimiser) in learner.optimisers {
            metadata["steps/" + name] = String(optimiser.stepCount)
        }
        metadata[Checkpoint.digest] = Checkpoint.digest(of: tensors)
        try Safetensors.write(tensors, metadata: metadata, to: file)
    }

    /// Reads the file into the learner; nil where there is none.
    ///
    /// - Parameter recorded: epochs that the curves have; nil for any number.
    /// - Throws: `SafetensorsError` for a file that is damaged, or `.malformed` for one that
    ///   belongs to another configuration, `Ahead`; the learner is then unchanged.
    func restore(
        _ learner: any Learner, recorded: Int?
    ) throws -> (progress: Progress, best: WeightSnapshot?)? {
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let (tensors, metadata) = try Safetensors.read(from: file, in: context)
        func malformed(_ reason: String) -> SafetensorsError {
            .malformed(path: file.path, reason: reason)
        }
        guard metadata["version"] == Checkpoint.version else {
            throw malformed("its checkpoint version is \(metadata["version"] ?? "missing")")
        }
        guard metadata["identity"] == identity else {
            throw malformed("it belongs to another configuration")
        }
        guard
            let progress = try? JSONDecoder().decode(
                Progress.self, from: Data((metadata["progress"] ?? "").utf8))
        else { throw malformed("its progress cannot be read") }
        // Those of earlier versions have no digest.
        if let digest = metadata[Checkpoint.digest], digest != Checkpoint.digest(of: tensors) {
            throw malformed("its values are not those that were written")
        }
        if let recorded, progress.epoch > recorded {
            throw Ahead(epoch: progress.epoch, recorded: recorded)
        }
        let steps = learner.optimisers.map { metadata["steps/" + $0.name].flatMap(Int.init) }
        let found = Dictionary(tensors.map { ($0.name, $0.tensor) }) { first, _ in first }
        let live = Checkpoint.live(learner)
        let weights = WeightSnapshot.live(learner.networks)
        let best = weights.compactMap { named in
            found[Checkpoint.best + named.name].map { NamedTensor(name: named.name, tensor: $0) }
        }
        guard found.count == live.count + best.count,
            live.allSatisfy({ found[$0.name]?.shape == $0.tensor.shape }),
            best.isEmpty == (progress.best == nil), best.isEmpty || best.count == weights.count,
            zip(best, weights).allSatisfy({ $0.tensor.shape == $1.tensor.shape }),
            !steps.contains(nil)
        else { throw malformed("its tensors are not those of this network") }
        for named in live {
            if let tensor = found[named.name] { named.tensor.copy(from: tensor) }
        }
        for (count, optimiser) in zip(steps, learner.optimisers) {
            optimiser.optimiser.stepCount = count ?? 0
        }
        return (progress, best.isEmpty ? nil : WeightSnapshot(tensors: best))
    }

    /// SHA-256 over names and values.
    private static func digest(of tensors: [NamedTensor]) -> String {
        var hash = SHA256()
        for named in tensors {
            hash.update("\(named.name)\n")
            hash.update(named.tensor.bytes)
        }
        return hash.digest()
    }

    private static func live(_ learner: any Learner) -> [NamedTensor] {
        WeightSnapshot.live(learner.networks + learner.companions)
            + learner.optimisers.flatMap { name, optimiser in
                optimiser.states.map {
                    NamedTensor(name: "optimiser/\(name)/\($0.name)", tensor: $0.tensor)
                }
            }
    }
}
