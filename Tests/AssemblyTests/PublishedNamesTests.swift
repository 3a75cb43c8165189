import Datasets
import Foundation
import Losses
import Metrics
import Models
import RunStore
import Testing
import Training

@testable import Assembly

/// The printed figures in the store go by the names that runs have, or no report finds them.
@Suite struct PublishedNamesTests {
    @Test func everyFigureGoesByRegisteredNames() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("lightbox-published-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try RunStore(at: folder.appendingPathComponent("runs.db"))
        func names(_ column: String, _ condition: String = "1") throws -> Set<String> {
            let rows = try store.query(
                "SELECT DISTINCT \(column) FROM published WHERE \(condition)"
            ).rows
            return Set(rows.compactMap { $0[0].text })
        }
        let zoo = Zoo.standard
        // The classifier has its own network and loss, which no grid names.
        let others = "procedure <> 'classification'"
        #expect(try names("model", others).subtracting(zoo.models.map(\.name)) == [])
        #expect(try names("loss", others).subtracting(zoo.losses.map(\.name)) == [])
        #expect(try names("procedure").subtracting(zoo.procedures.map(\.name)) == [])
        #expect(try names("dataset").subtracting(zoo.datasets.map(\.name)) == [])
        let metrics = try names("metric").filter { !$0.hasPrefix("class-") }
        #expect(metrics.subtracting(MetricRegistry.names) == [])
        #expect(try names("model").isSuperset(of: ["unet", "attention-unet", "ppau-net"]))
    }
}
