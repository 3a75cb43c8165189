import Datasets
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
}
