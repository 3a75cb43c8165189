import Domain
import TensorCore

/// The order in which training examples receive their labels. Every labelled part is a prefix of
/// it, so that parts are nested; it starts with one example of each class.
enum LabelOrder {
    /// Orders `indices`; with `stratified` every prefix holds the classes in their proportion.
    static func order(
        of indices: [Int], examples: [Example], stratified: Bool,
        using random: inout RandomSource
    ) -> [Int] {
        var shuffled = indices
        random.shuffle(&shuffled)
        var members: [Int: [Int]] = [:]
        for index in shuffled {
            members[examples[index].classIndex ?? -1, default: []].append(index)
        }
        let classes = members.keys.sorted()
        let firsts = classes.compactMap { members[$0]?.first }
        guard stratified else { return firsts + shuffled.filter { !firsts.contains($0) } }

        var ranked: [(position: Double, index: Int)] = []
        for key in classes {
            let all = members[key] ?? []
            for (rank, index) in all.enumerated().dropFirst() {
                ranked.append(((Double(rank) + 0.5) / Double(all.count), index))
            }
        }
        ranked.sort { ($0.position, $0.index) < ($1.position, $1.index) }
        return firsts + ranked.map(\.index)
    }
}
