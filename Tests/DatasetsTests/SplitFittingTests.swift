import Domain
import TensorCore
import Testing

@testable import Datasets

/// Divisions of patients with many images.
struct SplitFittingTests {
    private func examples(
        patients: [Int], classes: Int = 2, mask: (Int) -> Bool = { _ in true },
        split: (Int) -> SplitPart? = { _ in nil }
    ) -> [Example] {
        var all: [Example] = []
        for (patient, count) in patients.enumerated() {
            for _ in 0..<count {
                let index = all.count
                all.append(
                    Example(
                        id: "i\(index)", hasMask: mask(index), classIndex: patient % classes,
                        patient: count == 1 ? nil : "p\(patient)", originalWidth: 1,
                        originalHeight: 1, assignedSplit: split(patient)))
            }
        }
        return all
    }

    private func divide(
        _ examples: [Example], seed: UInt64, stratified: Bool = true
    ) throws -> DataSplit {
        try DataSplit.make(
            for: "test", examples: examples, twins: [], seed: seed, labelledPercent: 100,
            stratified: stratified)
    }

    private func check(_ split: DataSplit, _ examples: [Example]) {
        let parts = [split.train, split.validation, split.test]
        #expect(parts.allSatisfy { !$0.isEmpty })
        #expect(parts.joined().sorted() == Array(examples.indices))
        let patients = parts.map { Set($0.compactMap { examples[$0].patient }) }
        #expect(patients[0].isDisjoint(with: patients[1]))
        #expect(patients[0].isDisjoint(with: patients[2]))
        #expect(patients[1].isDisjoint(with: patients[2]))
    }

    /// What could be divided before is divided as before; what could not is divided now.
    @Test func whatWorkedStaysTheSame() throws {
        var random = RandomSource(seed: 7, stream: "sets")
        var (same, rescued) = (0, 0)
        for round in 0..<600 {
            let count = 3 + Int(random.next() % 60)
            let most = 1 + round % 9
            let patients = (0..<count).map { _ in 1 + Int(random.next() % UInt64(most)) }
            let all = examples(
                patients: patients, classes: 1 + round % 4,
                mask: { _ in round % 5 != 0 || random.next() % 6 != 0 },
                split: { patient in
                    round % 7 == 0
                        ? ([.train, .test, nil, .train] as [SplitPart?])[patient % 4] : nil
                })
            let masked = all.indices.filter { all[$0].hasMask }
            guard masked.count >= 4 else { continue }
            for seed in [1, 2, UInt64(round)] {
                let stratified = round % 3 != 0
                let before = SplitOracle.divide(all, seed: seed, stratified: stratified)
                let now = try? divide(all, seed: seed, stratified: stratified)
                if let before {
                    same += 1
                    #expect(now?.test == before.test && now?.validation == before.validation)
                    #expect(now?.train.filter { all[$0].hasMask } == before.train)
                } else if now != nil {
                    rescued += 1
                }
            }
        }
        #expect(same > 1000 && rescued > 0, "\(same) as before, \(rescued) only now")
    }

    @Test(
        arguments: [
            [8, 8, 8, 8, 8, 8, 8, 8], [8, 8, 8, 8], [8, 8, 8], [10, 2, 2], [40, 3, 3, 3],
            [2, 2, 2],
            [100, 100, 100, 1], [1, 1, 2], [30, 20, 10, 5, 3],
        ], [true, false])
    func anySeedDivides(patients: [Int], stratified: Bool) throws {
        let all = examples(patients: patients)
        for seed in 1...20 {
            check(try divide(all, seed: UInt64(seed), stratified: stratified), all)
        }
    }

    @Test func partsComeNearTheirShares() throws {
        let all = examples(patients: [Int](repeating: 8, count: 8))
        for seed in 1...20 {
            let split = try divide(all, seed: UInt64(seed))
            #expect(split.test.count == 16 && split.validation.count == 8)
            #expect(Set(split.train.map { all[$0].classIndex }).count == 2)
            #expect(Set(split.test.map { all[$0].classIndex }).count == 2)
        }
        #expect(try divide(all, seed: 1) != divide(all, seed: 2))
    }

    @Test func tooFewPatients() {
        for patients in [[8], [8, 8], [3, 9]] {
            do {
                _ = try divide(examples(patients: patients), seed: 1)
                Issue.record("\(patients) were divided")
            } catch {
                #expect("\(error)".contains("expected at least 3"), "\(error)")
            }
        }
    }

    @Test func theTableMustNotContradictItself() throws {
        func refused(_ parts: [SplitPart?], twins: [[Int]] = []) -> String? {
            var all = examples(patients: [Int](repeating: 2, count: 10))
            for (index, part) in parts.enumerated() {
                let old = all[index]
                all[index] = Example(
                    id: old.id, hasMask: true, classIndex: 0, patient: old.patient,
                    originalWidth: 1, originalHeight: 1, assignedSplit: part)
            }
            do {
                _ = try DataSplit.make(
                    for: "test", examples: all, twins: twins, seed: 1, labelledPercent: 100,
                    stratified: true)
                return nil
            } catch { return "\(error)" }
        }
        #expect(refused([.test, .test, .train, .train]) == nil)
        #expect(refused([.test, .train])?.contains("1 patient in more than one split: p0") == true)
        // What the table leaves open trains.
        #expect(refused([.test, nil])?.contains("p0") == true)
        #expect(refused([.validation, .test, .test, .test])?.contains("p0") == true)
        // Equal images of two patients.
        #expect(
            refused([.test, .test], twins: [[0, 7]])?.contains("i0 (test) = i7 (train)") == true)
        #expect(refused([.test, .test], twins: [[6, 7]]) == nil)
    }

    @Test func equalImagesInTwoPartsAreNamed() throws {
        let all = examples(patients: [Int](repeating: 1, count: 40))
        let data = Dataset(
            name: "test", shape: .square(1), examples: all, classNames: ["a", "b"], fingerprint: "",
            images: [Float](repeating: 0, count: 40), masks: [UInt8](repeating: 0, count: 40),
            twins: [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]])
        let split = try DataSplit.make(
            for: data, seed: 1, labelledPercent: 100, stratified: true)
        let findings = split.findings(for: data)
        #expect(findings.map(\.kind) == [.contentInTwoSplits])
        #expect(findings.first?.severity == .warning)
    }
}
