import Domain
import RunStore
import Settings
import Testing
import Training

@testable import Specification

/// `labels` is a percentage or a number of images.
@Suite struct LabelCountTests {
    private func cells(_ labels: String, _ train: String = "") throws -> [Cell] {
        let text = """
            name: e
            grid: {dataset: mcx, model: unet, loss: tv, labels: \(labels)}
            \(train)
            """
        return try SweepPlan(
            Spec(text: text, path: "e.yaml", vocabulary: vocabulary), vocabulary: vocabulary
        ).cells
    }

    @Test func filesHaveNumbersOfImagesBesidePercentages() throws {
        let found = try cells("[1 image, 3 images, 10]")
        #expect(found.map(\.settings.labelledImages) == [1, 3, nil])
        #expect(found.map(\.labels) == [100, 100, 10])
        #expect(found.map { $0.text(of: "labels") } == ["1 image", "3 images", "10"])
        #expect(
            found.map { $0.title(varied: ["labels"]) }.map { $0.contains("3 images") } == [
                false, true, false,
            ])
        #expect(!found[1].title(varied: []).contains("%"))
        let option = try cells("10", "train: {labelled-images: 3}")
        #expect(option.map { $0.text(of: "labels") } == ["3 images"])
        for wrong in ["0 images", "3 pictures", "-1 images", "1.5 images", "images"] {
            #expect(throws: SpecError.self) { try cells("[\(wrong)]") }
        }
    }

    /// Whatever percentage it takes the place of, it is one run, and no older one.
    @Test func identities() throws {
        let count = try cells("3 images")[0]
        let option = try cells("10", "train: {labelled-images: 3}")[0]
        let own = count.configuration(fingerprint: "f")
        #expect(option.configuration(fingerprint: "f") == own)
        #expect(own.json.hasSuffix(#""settings":{"labelled-images":3}}"#))
        let percent = try cells("10")[0].configuration(fingerprint: "f")
        #expect(percent.json.hasSuffix(#""settings":{}}"#))
        #expect(count.description(fingerprint: "f").parameters["labelled-images"] == .integer(3))
    }

    @Test func otherProcessesAreToldTheSameCell() throws {
        for cell in try cells("[1 image, 3 images, 10]") {
            let again = try Cell(texts: cell.texts, from: "test", vocabulary: vocabulary)
            #expect(again == cell)
        }
    }
}
