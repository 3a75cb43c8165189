import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

/// What holds of every data set of the registry.
struct DatasetConformanceTests {
    private static let options = LoadOptions(
        side: 32, phantom: PhantomOptions(count: 10, size: .square(64), seed: 3), cache: nil)

    /// A whole copy of the data set, and its entry.
    private func sample(_ name: String) throws -> (folder: TemporaryFolder, entry: DatasetEntry) {
        let sample = try #require(DatasetSample.all.first { $0.name == name })
        let folder = try TemporaryFolder()
        try sample.write(folder)
        return (folder, try #require(DatasetRegistry.find(sample.readAs)))
    }

    @Test(arguments: DatasetRegistry.names)
    func aWholeCopyIsReadTheSameEachTime(name: String) throws {
        let (folder, entry) = try sample(name)
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path).sorted()
        let dataset = try entry.load(folder.root, Self.options)
        let again = try entry.load(folder.root, Self.options)
        #expect(dataset.images == again.images && dataset.masks == again.masks)
        #expect(dataset.examples == again.examples)
        #expect(dataset.fingerprint == again.fingerprint)
        // A run is looked for by the fingerprint before an image is decoded.
        #expect(try entry.fingerprint(folder.root, Self.options) == dataset.fingerprint)
        let count = dataset.examples.count
        #expect(count >= 10 && Set(dataset.examples.map(\.id)).count == count)
        #expect(dataset.images.count == count * 32 * 32)
        #expect(dataset.masks.count == dataset.images.count * dataset.structures.count)
        #expect(dataset.images.allSatisfy { $0.isFinite } && dataset.masks.allSatisfy { $0 <= 1 })
        for (index, example) in dataset.examples.enumerated() {
            #expect(example.hasMask && dataset.mask(index).contains(1), "\(example.id)")
            #expect(example.classIndex.map(dataset.classNames.indices.contains) ?? true)
            #expect(example.site.map(entry.sites.contains) ?? entry.sites.isEmpty)
        }
        #expect(dataset.structures.count == Set(dataset.structures).count)
        // Nothing is written beside the user's images.
        let left = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path).sorted()
        #expect(left == files)
    }

    @Test(arguments: DatasetRegistry.names)
    func noPatientIsInTwoPartsOfADivision(name: String) throws {
        let (folder, entry) = try sample(name)
        let dataset = try entry.load(folder.root, Self.options)
        for seed in 1...5 as ClosedRange<UInt64> {
            let split = try DataSplit.make(
                for: dataset, seed: seed, labelledPercent: 50, stratified: true)
            let parts = [split.train, split.validation, split.test]
            #expect(parts.flatMap { $0 }.sorted() == Array(dataset.examples.indices))
            let patients = parts.map { Set($0.compactMap { dataset.examples[$0].patient }) }
            #expect(patients[0].isDisjoint(with: patients[1].union(patients[2])))
            #expect(patients[1].isDisjoint(with: patients[2]))
        }
    }

    @Test(arguments: DatasetRegistry.names)
    func aCopyWithoutFaultIsSound(name: String) throws {
        let (folder, entry) = try sample(name)
        let report = try entry.check(folder.root)
        #expect((report == nil) == (entry.list == nil))
        #expect(report?.isSound ?? true, "\(report?.text() ?? "")")
    }

    @Test(arguments: DatasetRegistry.all.filter { $0.list != nil }.map(\.name))
    func whatIsMissingOrBrokenIsNamed(name: String) throws {
        let (folder, entry) = try sample(name)
        let list = try #require(entry.list)
        let listing = try list(folder.root)
        let image = try #require(listing.sources.first).image
        let bytes = try ImageFile.bytes(of: image)
        try ImageFile.write(Array(bytes.prefix(bytes.count / 2)), to: image)
        let broken = #expect(throws: DatasetError.self) {
            try entry.load(folder.root, Self.options)
        }
        #expect(broken?.description.contains(image.lastPathComponent) == true)
        let empty = try TemporaryFolder()
        let missing = #expect(throws: DatasetError.self) {
            try entry.load(empty.root, Self.options)
        }
        #expect(missing?.isMissingInput == true)
        #expect(missing?.description.contains(empty.url.path) == true)
    }

    @Test func everyEntrySaysWhoseItIs() {
        for entry in DatasetRegistry.all {
            let texts = [entry.title, entry.citation, entry.licence, entry.layout]
            #expect(texts.allSatisfy { !$0.isEmpty }, "\(entry.name)")
        }
    }
}
