import Domain
import Foundation
import Imaging
import Metrics
import RunStore
import Testing

/// The libraries that other programs may import: their catalogues' examples compile and run, and each is a
/// product.
@Suite struct LibraryTests {
    private static let here = URL(fileURLWithPath: #filePath)
    private static let root = here.deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Lines of a text without what they are indented by.
    private func lines(_ text: some StringProtocol) -> [String] {
        text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// The example of a catalogue stands in this file as it stands there.
    @Test(arguments: ["RunStore", "Metrics", "Imaging"])
    func theExampleIsWhatRunsHere(_ library: String) throws {
        let catalogue = try String(
            contentsOf: Self.root.appending(
                path: "Sources/\(library)/\(library).docc/\(library).md"),
            encoding: .utf8)
        let example = try #require(catalogue.firstMatch(of: #/```swift\n([\s\S]*?)```/#)?.1)
        let own = lines(try String(contentsOf: Self.here, encoding: .utf8))
        let wanted = lines(example)
        #expect(
            own.indices.contains { own[$0...].starts(with: wanted) },
            "\(library)'s example is not in this file")
    }

    @Test func everyCatalogueIsAProductAndIsPublished() throws {
        let sources = Self.root.appending(path: "Sources")
        let libraries = try FileManager.default.contentsOfDirectory(atPath: sources.path).filter {
            FileManager.default.fileExists(atPath: sources.path + "/\($0)/\($0).docc")
        }
        let package = try String(
            contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
        let products = package.matches(of: #/\.library\(name: "(\w+)"/#).map { String($0.1) }
        #expect(products.sorted() == libraries.sorted() && !libraries.isEmpty)
        let published = try String(
            contentsOf: Self.root.appending(path: ".spi.yml"), encoding: .utf8)
        #expect(published.contains("[\(products.joined(separator: ", "))]"))
    }

    @Test func aStoreIsRead() throws {
        let program = try Program()
        try Stores.fillPair(in: program, as: "s.db")
        let file = program.folder.appendingPathComponent("s.db")
        let store = try RunStore(at: file, mode: .readOnly)
        for run in try store.overview(experiment: "demo") {
            print(run.model, run.loss, run.seed, run.testDice ?? .nan)
        }
        let answer = try store.query(
            "SELECT model, max(validation_dice) FROM run_overview GROUP BY model ORDER BY model")
        for row in answer.rows { print(row) }
        try store.close()
        #expect(answer.rows.count == 1 && answer.columns.count == 2)
    }

    @Test func masksAreMeasured() {
        let target = BinaryMask([0, 1, 1, 0], height: 2, width: 2)
        let prediction = BinaryMask([0, 1, 0, 0], height: 2, width: 2)
        var evaluation = SegmentationEvaluation(metrics: MetricRegistry.standard)
        evaluation.update(SegmentationCase(target: target, prediction: prediction), id: "image-1")
        print(evaluation.means["dice"] ?? .nan)
        #expect(abs((evaluation.means["dice"] ?? 0) - 2.0 / 3) < 1e-9)
    }

    @Test func imagesAreRead() throws {
        let program = try Program()
        let file = program.folder.appendingPathComponent("a.png")
        let copy = program.folder.appendingPathComponent("b.png")
        let drawn = GrayImage(width: 3, height: 2, filledWith: 7)
        try ImageFile.write(PNG.encode(drawn), to: file)
        let bytes = try ImageFile.bytes(of: file)
        let info = try ImageFile.info(bytes, name: file.path)
        let image = try ImageFile.decode(bytes, name: file.path)
        print(info.width, info.height, image.pixels.count)
        try ImageFile.write(PNG.encode(image), to: copy)
        #expect(image == drawn)
        #expect(try ImageFile.decode(ImageFile.bytes(of: copy), name: copy.path) == drawn)
    }
}
