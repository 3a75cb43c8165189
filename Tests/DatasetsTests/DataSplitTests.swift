import Domain
import Testing

@testable import Datasets

struct DataSplitTests {
    /// A data set without pixels; `classes` gives the class of each example.
    private func dataset(
        classes: [Int], patients: [String]? = nil, unmasked: Set<Int> = []
    ) -> Dataset {
        let examples = classes.enumerated().map { index, classIndex in
            Example(
                id: "image\(index)", hasMask: !unmasked.contains(index), classIndex: classIndex,
                patient: patients?[index], originalWidth: 1, originalHeight: 1)
        }
        return Dataset(
            name: "test", shape: .square(1), examples: examples, classNames: ["a", "b", "c"],
            fingerprint: "", images: [Float](repeating: 0, count: classes.count),
            masks: [UInt8](repeating: 0, count: classes.count))
    }

    private func classes(_ first: Int, _ second: Int) -> [Int] {
        [Int](repeating: 0, count: first) + [Int](repeating: 1, count: second)
    }

    /// Sizes of methods.md section 5: images, train, validation, test, 10 % labelled.
    @Test(
        arguments: [
            (138, 92, 11, 35, 9), (527, 355, 40, 132, 36), (247, 166, 19, 62, 17),
            (912, 615, 69, 228, 62),
        ], [true, false])
    func sizesOfThePaper(sizes: (Int, Int, Int, Int, Int), stratified: Bool) throws {
        let data = dataset(classes: classes(sizes.0 * 3 / 5, sizes.0 - sizes.0 * 3 / 5))
        let split = try DataSplit.make(
            for: data, seed: 1, labelledPercent: 10, stratified: stratified)
        #expect(split.train.count == sizes.1)
        #expect(split.validation.count == sizes.2)
        #expect(split.test.count == sizes.3)
        #expect(split.labelled.count == sizes.4)
        #expect(Set(split.train + split.validation + split.test).count == sizes.0)
        #expect(Set(split.labelled).isSubset(of: split.train))
    }

    @Test func strataKeepTheirShares() throws {
        let data = dataset(classes: classes(80, 58))
        for seed in 1...5 {
            let split = try DataSplit.make(
                for: data, seed: UInt64(seed), labelledPercent: 100, stratified: true)
            let normal = split.test.filter { $0 < 80 }.count
            #expect(normal == 20, "35 * 80 / 138 = 20.3")
            #expect(split.validation.filter { $0 < 80 }.count == 6)
            #expect(split.labelled == split.train)
        }
    }

    @Test(arguments: [true, false])
    func labelledPartsAreNested(stratified: Bool) throws {
        let data = dataset(classes: classes(80, 58))
        var smaller: Set<Int> = []
        for percent in [0.1, 5, 10, 20, 30, 50, 100] {
            let split = try DataSplit.make(
                for: data, seed: 4, labelledPercent: percent, stratified: stratified)
            let labelled = Set(split.labelled)
            #expect(smaller.isSubset(of: labelled), "\(percent) %")
            #expect(Set(labelled.map { $0 < 80 }).count == 2, "\(percent) % has both classes")
            smaller = labelled
        }
        #expect(smaller.count == 92)
    }

    /// A number of labels is no less than it says: one is one, also of two classes.
    @Test(arguments: [true, false])
    func aNumberOfLabelledImages(stratified: Bool) throws {
        let data = dataset(classes: classes(80, 58))
        func split(_ count: Int?, _ percent: Double = 100) throws -> DataSplit {
            try DataSplit.make(
                for: data, seed: 4, labelledPercent: percent, labelledImages: count,
                stratified: stratified)
        }
        var smaller: Set<Int> = []
        for count in [1, 2, 3, 8, 92] {
            let found = try split(count, 10)
            #expect(found.labelled.count == count && smaller.isSubset(of: found.labelled))
            #expect(found.test == (try split(nil)).test)
            smaller = Set(found.labelled)
        }
        #expect(try split(9).labelled == split(nil, 10).labelled)
        for count in [0, 93] {
            #expect(
                throws: DatasetError.cannotSplit(
                    dataset: data.name,
                    reason: "\(count) labelled images are asked for, and the training part has 92")
            ) { _ = try split(count) }
        }
    }

    @Test func seedsDecide() throws {
        let data = dataset(classes: classes(30, 30))
        func split(_ seed: UInt64, _ percent: Double) throws -> DataSplit {
            try DataSplit.make(for: data, seed: seed, labelledPercent: percent, stratified: true)
        }
        #expect(try split(1, 50) == split(1, 50))
        #expect(try split(1, 50).test != split(2, 50).test)
        #expect(try split(1, 50).test == split(1, 10).test)
    }

    @Test func patientsStayTogether() throws {
        let patients = (0..<200).map { "patient\($0 / 4)" }
        let data = dataset(classes: (0..<200).map { $0 / 100 }, patients: patients)
        for seed in 1...8 {
            let split = try DataSplit.make(
                for: data, seed: UInt64(seed), labelledPercent: 100, stratified: true)
            let parts = [split.train, split.validation, split.test].map { part in
                Set(part.map { patients[$0] })
            }
            #expect(parts[0].isDisjoint(with: parts[1]))
            #expect(parts[0].isDisjoint(with: parts[2]))
            #expect(parts[1].isDisjoint(with: parts[2]))
            #expect((46...54).contains(split.test.count), "\(split.test.count) test images")
        }
    }

    @Test func unmaskedImagesOnlyTrain() throws {
        let unmasked = Set(stride(from: 0, to: 60, by: 6))
        let data = dataset(classes: classes(30, 30), unmasked: unmasked)
        let split = try DataSplit.make(for: data, seed: 1, labelledPercent: 100, stratified: true)
        #expect(unmasked.isSubset(of: split.train))
        #expect(unmasked.isDisjoint(with: split.labelled))
        #expect(split.labelled.count == split.train.count - unmasked.count)
    }

    @Test func impossibleRequests() {
        let data = dataset(classes: classes(30, 30))
        for percent in [0, -5, 100.5] {
            #expect(throws: DatasetError.self, "\(percent) %") {
                try DataSplit.make(
                    for: data, seed: 1, labelledPercent: percent, stratified: true)
            }
        }
        #expect(throws: DatasetError.self) {
            try DataSplit.make(
                for: dataset(classes: [0, 1, 0]), seed: 1, labelledPercent: 100, stratified: true)
        }
    }
}
