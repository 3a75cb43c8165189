import Domain
import Testing

@testable import Datasets

/// Data sets whose images train without labels behind those of another one.
@Suite struct JoiningTests {
    private func phantoms(
        _ name: String, seed: UInt64, count: Int = 6, origin: DatasetOrigin = .phantom
    ) throws -> Dataset {
        let options = LoadOptions(
            side: 16, phantom: PhantomOptions(count: count, size: .square(64), seed: seed),
            cache: nil)
        let drawn = try DatasetRegistry.require("phantom").load(DataRoot(option: nil), options)
        return Dataset(
            name: name, shape: drawn.shape, structures: drawn.structures, examples: drawn.examples,
            classNames: drawn.classNames, fingerprint: "\(seed)", images: drawn.images,
            masks: drawn.masks, origin: origin)
    }

    @Test func nothingButPixelsIsTakenAlong() throws {
        let own = try phantoms("a", seed: 1)
        let others = [try phantoms("b", seed: 2, count: 5), try phantoms("c", seed: 3, count: 4)]
        let joined = try own.joined(with: others)
        #expect(joined.examples.count == 15 && Set(joined.examples.map(\.id)).count == 15)
        #expect(joined.examples.prefix(6) == own.examples[...])
        #expect(joined.masks.starts(with: own.masks))
        #expect(!joined.masks.dropFirst(own.masks.count).contains(1))
        #expect(joined.images == own.images + others[0].images + others[1].images)
        #expect(joined.examples.dropFirst(6).allSatisfy { !$0.hasMask && $0.classIndex == nil })
        #expect(joined.name == "a" && joined.fingerprint == "1")
        #expect(try own.joined(with: []).images == own.images)
    }

    @Test func theOwnDivisionStays() throws {
        let own = try phantoms("a", seed: 1)
        let others = [try phantoms("b", seed: 2, count: 5), try phantoms("c", seed: 3, count: 4)]
        let split = DataSplit(train: [0, 1, 2], validation: [3], test: [4, 5], labelled: [1])
        let parts: [(dataset: Dataset, images: [Int])] = [
            (others[0], [0, 4]), (others[1], [1]),
        ]
        let both = split.joined(with: parts, behind: own.examples.count, keepsOwn: true)
        #expect(both.train == [0, 1, 2, 6, 10, 12] && both.labelled == [1])
        #expect(both.validation == [3] && both.test == [4, 5])
        let alone = split.joined(with: parts, behind: own.examples.count, keepsOwn: false)
        #expect(alone.train == [1, 6, 10, 12] && alone.test == [4, 5])
    }

    private func fault(_ own: Dataset, _ others: [Dataset]) -> String {
        let error = #expect(throws: DatasetError.self) { try own.joined(with: others) }
        return error?.description ?? ""
    }

    @Test func itselfAndCommonImagesAndOtherOriginsAreRefused() throws {
        let own = try phantoms("a", seed: 1)
        #expect(
            fault(own, [try phantoms("a", seed: 2)])
                == "'a' cannot be unlabelled beside 'a': it is the run's own data set; expected another "
                + "one, or own for the images of it that have no labels")
        // Two of its images under another name.
        let copies = Dataset(
            name: "b", shape: own.shape, examples: Array(own.examples.prefix(2)),
            classNames: own.classNames, fingerprint: "x",
            images: Array(own.images.prefix(2 * own.shape.count)),
            masks: Array(own.masks.prefix(2 * own.shape.pixels)), origin: .phantom)
        let id = own.examples[0].id
        #expect(
            fault(own, [copies])
                == "'b' cannot be unlabelled beside 'a': 2 images are in both (such as \(id), there "
                + "\(id)); expected data sets without common images")
        #expect(
            fault(own, [try phantoms("c", seed: 2), try phantoms("d", seed: 2)])
                .hasPrefix("'d' cannot be unlabelled beside 'c': 6 images are in both"))
        #expect(
            fault(own, [try phantoms("e", seed: 2, origin: .real)])
                .contains("images of one origin"))
    }

    /// Two images of one gray are not the same image.
    @Test func emptyImagesAreNotCommon() throws {
        let own = try phantoms("a", seed: 1)
        func blank(_ dataset: Dataset) -> Dataset {
            Dataset(
                name: dataset.name, shape: dataset.shape, examples: dataset.examples,
                classNames: dataset.classNames, fingerprint: "x",
                images: dataset.images.map { _ in 0 }, masks: dataset.masks, origin: .phantom)
        }
        #expect(
            try blank(own).joined(with: [blank(phantoms("b", seed: 2))]).examples.count == 12)
    }
}
