import Domain
import Wording

/// What keeps examples from being divided into parts that know nothing of each other.
struct SplitFindings {
    let examples: [Example]
    /// Sets of examples whose images show the same, by index.
    let twins: [[Int]]

    /// Whether a table says who is where.
    var isAssigned: Bool { examples.contains { $0.hasMask && $0.assignedSplit != nil } }

    /// Contradictions of the user's own table.
    var errors: [DatasetFinding] {
        guard isAssigned else { return [] }
        var parts: [String: (names: Set<String>, parts: Set<SplitPart>)] = [:]
        for (index, example) in examples.enumerated() {
            guard let patient = example.patient, let part = assigned(index) else { continue }
            let known = parts[NameKey.of(patient)] ?? ([], [])
            parts[NameKey.of(patient)] = (known.names.union([patient]), known.parts.union([part]))
        }
        let straddling = parts.values.filter { $0.parts.count > 1 }
            .map { $0.names.sorted().joined(separator: " = ") }.sorted()
        return [
            DatasetFinding(
                .error, .patientInTwoSplits, straddling, "patient", "in more than one split"),
            finding(.error) { assigned($0) },
        ].compactMap(\.self)
    }

    /// Equal images that a division has put into several parts.
    func warnings(in split: DataSplit) -> [DatasetFinding] {
        [finding(.warning) { split.part(of: $0) }].compactMap(\.self)
    }

    private func finding(
        _ severity: DatasetFinding.Severity, part: (Int) -> SplitPart?
    ) -> DatasetFinding? {
        let torn = twins.filter { Set($0.compactMap(part)).count > 1 }.map { set in
            set.map { "\(examples[$0].id) (\(part($0)?.rawValue ?? "none"))" }
                .joined(separator: " = ")
        }
        return DatasetFinding(
            severity, .contentInTwoSplits, torn, "set", "of equal images in more than one split")
    }

    /// What the table says; what it leaves open trains where there is a mask.
    private func assigned(_ index: Int) -> SplitPart? {
        examples[index].assignedSplit ?? (examples[index].hasMask ? .train : nil)
    }
}
