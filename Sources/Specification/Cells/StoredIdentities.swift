import Domain
import Foundation
public import RunStore
import Training

/// Finds the runs of cells whose stored configurations name settings that they do not use.
///
/// Until each part of training declared its own settings, every one that differed from its default
/// told runs apart. Those runs keep their configuration, digest, folder and checkpoint; a cell that
/// is the same takes one of them, by these rules:
///
/// 1. A completed run comes before one that is not, then the others by how far they are.
/// 2. Of several, the one that was stored under exactly what the experiment file says.
/// 3. Else the one that was completed first.
public struct StoredIdentities {
    private let store: RunStore?
    private let given: [RunConfiguration]
    private var loaded: [String: [RunConfiguration]]?

    /// Those of `store`, and `given` ones for cells that it has no run of.
    public init(_ store: RunStore?, given: [RunConfiguration] = []) {
        self.store = store
        self.given = given
    }

    /// The configuration of the cell's run: of the stored one that counts, or the cell's own.
    ///
    /// - Throws: `StoreError`.
    public mutating func configuration(
        of cell: Cell, fingerprint: DataFingerprint
    ) throws -> RunConfiguration {
        try configurations(of: [(cell, fingerprint)])[0]
    }

    /// The same of each cell, with the fingerprint of its data set; for a grid in much less time than
    /// one by one.
    ///
    /// - Throws: `StoreError`.
    public mutating func configurations(
        of cells: [(cell: Cell, fingerprint: DataFingerprint)]
    ) throws -> [RunConfiguration] {
        let own = cells.map { $0.cell.configuration(fingerprint: $0.fingerprint) }
        let others = try others(than: own)
        return try zip(cells, own).map { cell, own in
            guard let others = others[own.digest] else { return own }
            return try choice(
                of: others, own,
                written: cell.cell.writtenConfiguration(fingerprint: cell.fingerprint))
        }
    }

    /// Which of the configurations of one cell counts, by the rules above.
    private func choice(
        of others: [RunConfiguration], _ own: RunConfiguration, written: RunConfiguration
    ) throws -> RunConfiguration {
        let runs = try runs(of: others + [own])
        let rank = runs.map(\.rank).min()
        let equals = runs.filter { $0.rank == rank }.map(\.configuration)
        if equals.isEmpty { return others.first { given.contains($0) } ?? own }
        return equals.first { $0 == written } ?? equals[0]
    }

    /// The stored runs of these configurations, those completed first in front.
    private func runs(
        of configurations: [RunConfiguration]
    ) throws -> [(configuration: RunConfiguration, rank: Int)] {
        let order: [RunState] = [.completed, .pruned, .running, .interrupted, .failed, .queued]
        return try store?.stored(configurations).map {
            ($0.configuration, order.firstIndex(of: $0.state) ?? order.count)
        } ?? []
    }

    /// Configurations that say more than their runs use, by the digest of what they use; `known` ones
    /// say no more.
    private mutating func others(
        than known: [RunConfiguration]
    ) throws -> [String: [RunConfiguration]] {
        if let loaded { return loaded }
        var others: [String: [RunConfiguration]] = [:]
        func add(_ configuration: RunConfiguration) {
            guard let current = Self.current(of: configuration), current != configuration else {
                return
            }
            others[current.digest, default: []].append(configuration)
        }
        given.forEach(add)
        try store?.configurations(naming: SettingUse.all.keys.sorted(), besides: known)
            .forEach(add)
        loaded = others
        return others
    }

    /// What the configuration is without the settings that its run does not use; nil where it is
    /// none of a cell.
    package static func current(of configuration: RunConfiguration) -> RunConfiguration? {
        guard
            case .object(var members)? = try? JSONDecoder().decode(
                JSONValue.self, from: Data(configuration.json.utf8)),
            case .object(let settings)? = members["settings"],
            case .text(let model)? = members["model"], case .text(let loss)? = members["loss"],
            case .text(let procedure)? = members["procedure"],
            // What was not read to the letter is left alone.
            JSONValue.object(members).canonicalJSON == configuration.json
        else { return nil }
        members["settings"] = .object(
            settings.filter {
                SettingUse.holds($0.key, model: model, loss: loss, procedure: procedure)
            })
        return RunConfiguration(members)
    }
}
