import Datasets
import Domain
import Foundation
import Specification
import Testing
import Training

@testable import Assembly

@Suite struct DatasetShelfTests {
    /// What a shelf reported, from any thread.
    private final class Reports: @unchecked Sendable {
        private let lock = NSLock()
        private var events: [(dataset: String, done: Int, total: Int)] = []

        func add(_ dataset: String, _ done: Int, _ total: Int) {
            lock.withLock { events.append((dataset, done, total)) }
        }

        var all: [(dataset: String, done: Int, total: Int)] { lock.withLock { events } }
    }

    /// A shelf of four drawn images, and the folder that they lie in.
    private func shelf(of layout: PhantomLayout) throws -> (shelf: DatasetShelf, folder: URL) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "lightbox-shelf-\(UUID().uuidString)")
        let options = PhantomOptions(count: 4, size: .square(64), seed: 1)
        _ = try PhantomWriter(layout: layout, options: options).write(to: folder)
        return (DatasetShelf(entries: DatasetRegistry.all, root: DataRoot(folder)), folder)
    }

    @Test func decodingIsReportedOnce() throws {
        let (shelf, folder) = try shelf(of: .mcx)
        defer { try? FileManager.default.removeItem(at: folder) }
        let reports = Reports()
        shelf.report { reports.add($0, $1, $2) }
        var cell = Cell()
        cell.dataset = "mcx"
        for _ in 0..<2 { #expect(try shelf.dataset(for: cell).examples.count == 4) }
        #expect(reports.all.map(\.done).sorted() == [1, 2, 3, 4])
        #expect(reports.all.allSatisfy { $0.dataset == "mcx" && $0.total == 4 })
    }

    /// A cell that segments nothing is told apart by its files alone: a choice of structures that it
    /// does not use must not change its fingerprint, or it would be trained again.
    @Test func aClassifierDoesNotKnowTheStructures() throws {
        let (shelf, folder) = try shelf(of: .jcx)
        defer { try? FileManager.default.removeItem(at: folder) }
        var cell = Cell()
        cell.dataset = "jcx"
        cell.model = "unet"
        cell.loss = "tv"
        cell.procedure = "classification"
        let plain = try shelf.fingerprint(for: cell)
        cell.settings.structures = ["heart"]
        #expect(try shelf.fingerprint(for: cell) == plain)
        cell.procedure = "supervised"
        #expect(try shelf.fingerprint(for: cell) != plain)
    }

    private func draw(_ layout: PhantomLayout, seed: UInt64, in folder: URL) throws {
        let options = PhantomOptions(count: 4, size: .square(64), seed: seed)
        _ = try PhantomWriter(layout: layout, options: options).write(to: folder)
    }

    private func cell(unlabelled names: String, procedure: String = "mean-teacher") throws -> Cell {
        var cell = Cell()
        (cell.dataset, cell.model, cell.loss, cell.procedure) = ("mcx", "unet", "tv", procedure)
        try #require(TrainingSettings.field("unlabelled")).set(names, in: &cell.settings)
        return cell
    }

    /// The other data set's images stand behind the cell's own, prepared alike, without labels, and its
    /// files belong to the cell's data.
    @Test func imagesOfOtherDataSetsStandBehindTheOwn() throws {
        let (shelf, folder) = try shelf(of: .mcx)
        defer { try? FileManager.default.removeItem(at: folder) }
        try draw(.scx, seed: 2, in: folder)
        let cell = try cell(unlabelled: "scx")
        let own = try shelf.dataset(for: cell)
        let all = try shelf.training(for: cell)
        #expect(all.examples.prefix(4) == own.examples[...] && all.examples.count == 8)
        #expect(all.fingerprint == own.fingerprint && all.images.starts(with: own.images))
        for index in 4..<8 {
            let example = all.examples[index]
            #expect(!example.hasMask && example.classIndex == nil && example.patient == nil)
            #expect(example.site == nil && example.assignedSplit == nil && example.reading == nil)
            #expect(!all.mask(index).contains(1) && all.image(index).contains { $0 > 0.1 })
        }
        let supervised = try self.cell(unlabelled: "scx", procedure: "supervised")
        #expect(try shelf.training(for: supervised).examples.count == 4)

        let known = try shelf.fingerprint(for: cell)
        #expect(known.unlabelled.keys.sorted() == ["scx"])
        #expect(try shelf.loadedFingerprint(for: cell) == known)
        #expect(try shelf.fingerprint(for: supervised) == DataFingerprint(known.own))
        // Another mask there is another version of the other data set.
        let masks = folder.appendingPathComponent("ChinaSet_AllFiles/mask")
        let names = try FileManager.default.contentsOfDirectory(atPath: masks.path).sorted()
        let first = masks.appendingPathComponent(names[0])
        try FileManager.default.removeItem(at: first)
        try FileManager.default.copyItem(at: masks.appendingPathComponent(names[1]), to: first)
        let changed = try DatasetShelf(root: DataRoot(folder)).fingerprint(for: cell)
        #expect(changed.own == known.own && changed.unlabelled != known.unlabelled)
    }

    /// A folder of images alone is enough to train on without labels, and not with them.
    @Test func unlabelledImagesNeedNoMask() throws {
        let (shelf, folder) = try shelf(of: .mcx)
        defer { try? FileManager.default.removeItem(at: folder) }
        try draw(.scx, seed: 2, in: folder)
        let files = FileManager.default
        let place = folder.appendingPathComponent("clinic")
        try files.createDirectory(at: place, withIntermediateDirectories: true)
        try files.moveItem(
            at: folder.appendingPathComponent("ChinaSet_AllFiles/CXR_png"),
            to: place.appendingPathComponent("images"))
        var cell = try cell(unlabelled: "folder:clinic")
        #expect(try shelf.training(for: cell).examples.count == 8)
        cell.dataset = "folder:clinic"
        cell.settings[UnlabelledSources.self].names = []
        #expect(throws: DatasetError.self) { try shelf.training(for: cell) }
    }

    @Test(arguments: [
        ("mcx", "it is the run's own data set; expected another one, or own"),
        ("folder:copies", "4 images are in both (such as "),
        ("jcx", "'jcx' not found"),
    ])
    func whatCannotBeUnlabelledIsSaid(name: String, text: String) throws {
        let (shelf, folder) = try shelf(of: .mcx)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = FileManager.default
        let place = folder.appendingPathComponent("copies")
        try files.createDirectory(at: place, withIntermediateDirectories: true)
        try files.copyItem(
            at: folder.appendingPathComponent("MontgomerySet/CXR_png"),
            to: place.appendingPathComponent("images"))
        let error = #expect(throws: DatasetError.self) {
            try shelf.training(for: cell(unlabelled: name))
        }
        #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
    }
}
