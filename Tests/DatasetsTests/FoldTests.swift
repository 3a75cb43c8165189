import Domain
import TensorCore
import Testing

@testable import Datasets

/// Folds: every image with a mask is tested once, patients stay together, classes keep their shares.
@Suite struct FoldTests {
    private func examples(
        patients: [Int], class classOf: (Int) -> Int = { $0 % 2 },
        mask: (Int) -> Bool = { _ in true }, split: SplitPart? = nil
    ) -> [Example] {
        patients.enumerated().flatMap { patient, count in
            (0..<count).map { index in
                Example(
                    id: "i\(patient)-\(index)", hasMask: mask(patient),
                    classIndex: classOf(patient),
                    patient: count == 1 ? nil : "p\(patient)", originalWidth: 1,
                    originalHeight: 1, assignedSplit: split)
            }
        }
    }

    private func divide(
        _ examples: [Example], _ number: Int, of count: Int, seed: UInt64 = 1,
        labels: Double = 100, stratified: Bool = true
    ) throws -> DataSplit {
        try DataSplit.make(
            for: "test", examples: examples, twins: [], seed: seed, labelledPercent: labels,
            stratified: stratified, fold: .number(number, of: count),
            classNames: ["a", "b", "c"])
    }

    @Test(arguments: [2, 3, 5, 10], [true, false])
    func everyImageIsTestedOnce(count: Int, stratified: Bool) throws {
        let all = examples(patients: Array(repeating: 1, count: 138), class: { $0 < 80 ? 0 : 1 })
        let splits = try (1...count).map { try divide(all, $0, of: count, stratified: stratified) }
        #expect(splits.flatMap(\.test).sorted() == Array(all.indices))
        let sizes = splits.map(\.test.count)
        #expect(try #require(sizes.max()) - #require(sizes.min()) <= 1)
        for split in splits {
            #expect(
                (split.train + split.validation + split.test).sorted() == Array(all.indices))
            let rest = all.count - split.test.count
            #expect(split.validation.count == (rest + 9) / 10)
            guard stratified else { continue }
            let first = split.test.count { $0 < 80 }
            #expect(abs(Double(first) - 80 / Double(count)) < 1)
            #expect(split.validation.contains { $0 < 80 } && split.validation.contains { $0 >= 80 })
        }
    }

    @Test func patientsStayTogether() throws {
        var random = RandomSource(seed: 3, stream: "patients")
        for round in 0..<60 {
            let patients = (0..<(15 + round)).map { _ in 1 + Int(random.next() % 7) }
            let all = examples(patients: patients, class: { $0 % 3 })
            for count in [2, 5] {
                let splits = try (1...count).map {
                    try divide(all, $0, of: count, seed: UInt64(round))
                }
                #expect(splits.flatMap(\.test).sorted() == Array(all.indices))
                for split in splits {
                    let parts = [split.train, split.validation, split.test].map { part in
                        Set(part.map { all[$0].patient ?? all[$0].id })
                    }
                    #expect(parts.allSatisfy { !$0.isEmpty })
                    #expect(parts[0].isDisjoint(with: parts[1]))
                    #expect(parts[0].isDisjoint(with: parts[2]))
                    #expect(parts[1].isDisjoint(with: parts[2]))
                    let share = Double(all.count) / Double(count)
                    #expect(abs(Double(split.test.count) - share) <= 7)
                }
            }
        }
    }

    /// The folds are the seed's, whatever the share of labels; they are not the single split's images.
    @Test func seedsDecideAndLabelsDoNot() throws {
        let all = examples(patients: Array(repeating: 1, count: 60))
        let few = try divide(all, 2, of: 5, labels: 10)
        #expect(try divide(all, 2, of: 5).test == few.test)
        #expect(try divide(all, 2, of: 5).validation == few.validation)
        #expect(Set(few.labelled).isSubset(of: few.train) && few.labelled.count < few.train.count)
        #expect(try divide(all, 2, of: 5, seed: 2).test != few.test)
    }

    /// The folds of seed 1 as they are from now on.
    @Test func theFoldsOfASeedStay() throws {
        let all = examples(patients: [1, 1, 3, 1, 1, 1, 2, 1, 1, 1, 1, 1])
        let folds = try (1...3).map { try divide(all, $0, of: 3).test }
        #expect(folds == [[1, 2, 3, 4, 5], [0, 8, 9, 12, 14], [6, 7, 10, 11, 13]])
    }

    @Test func imagesWithoutAMaskOnlyTrain() throws {
        let all = examples(patients: Array(repeating: 1, count: 40), mask: { $0 % 8 != 0 })
        let splits = try (1...5).map { try divide(all, $0, of: 5) }
        let masked = all.indices.filter { all[$0].hasMask }
        #expect(splits.flatMap(\.test).sorted() == masked)
        for split in splits {
            #expect(Set(all.indices).subtracting(masked).isSubset(of: split.train))
        }
    }

    @Test(arguments: [
        (5, 3, "its 9 images with a mask are of 3 patients, expected at least 5 for 5 folds"),
        (2, 3, "its 9 images with a mask are of 3 patients, expected at least 4 for 2 folds"),
    ])
    func tooFewPatientsAreSaid(folds: Int, patients: Int, reason: String) {
        let all = examples(patients: Array(repeating: 3, count: patients))
        let error = #expect(throws: DatasetError.self) { try divide(all, 1, of: folds) }
        #expect(error?.description == "cannot split 'test': \(reason)")
    }

    /// Three of a class cannot be in five folds; without regard to class they can.
    @Test func tooFewOfAClassAreSaid() throws {
        let all = examples(patients: Array(repeating: 1, count: 30), class: { $0 < 3 ? 1 : 0 })
        let error = #expect(throws: DatasetError.self) { try divide(all, 1, of: 5) }
        #expect(
            error?.description
                == "cannot split 'test': its class 'b' has 3 patients with a mask, expected at least "
                + "5 for 5 folds, or 'split: paper', which draws without regard to class")
        #expect(try divide(all, 1, of: 5, stratified: false).test.count == 6)
    }

    @Test func whatIsNoFoldIsSaid() {
        let all = examples(patients: Array(repeating: 1, count: 40))
        for number in [0, 6] {
            let error = #expect(throws: DatasetError.self) { try divide(all, number, of: 5) }
            #expect(error?.description.contains("fold is \(number) of 5") == true)
        }
        let assigned = examples(patients: Array(repeating: 1, count: 40), split: .train)
        let error = #expect(throws: DatasetError.self) { try divide(assigned, 1, of: 5) }
        #expect(error?.description.contains("its table says which image is in which part") == true)
    }
}
