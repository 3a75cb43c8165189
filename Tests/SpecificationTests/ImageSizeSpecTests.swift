import Domain
import RunStore
import Settings
import Testing
import Training

@testable import Specification

/// How experiment files name the size of images.
@Suite struct ImageSizeSpecTests {
    private func cells(_ train: String, _ overrides: [String] = []) throws -> [Cell] {
        let text = "name: e\ngrid: {dataset: jcx, model: unet, loss: tv}\ntrain: {\(train)}"
        let spec = try Spec(
            text: text, path: "e.yaml", overrides: overrides, vocabulary: vocabulary)
        return try SweepPlan(spec, vocabulary: vocabulary).cells
    }

    private static let tall = ImageSize(height: 256, width: 192)

    @Test func twoNumbersAreOneSizeAndListsOfThemAnAxis() throws {
        func sizes(_ text: String) throws -> [ImageSize] {
            try cells("image: \(text)").map(\.settings.image)
        }
        #expect(try sizes("[256, 192]") == [Self.tall])
        #expect(try sizes("[[256, 192]]") == [Self.tall])
        #expect(try sizes("[64, [256, 192], [96, 96]]") == [64, Self.tall, 96])
        // One number, or three, can be no height and width.
        #expect(try sizes("[64]") == [64])
        #expect(try sizes("[64, 96, 128]") == [64, 96, 128])
        #expect(throws: SpecError.self) { try sizes("[[[64, 64]]]") }
        #expect(throws: SpecError.self) { try sizes("[[64, 64, 64]]") }
        #expect(throws: SpecError.self) { try sizes("[64, 15]") }
    }

    @Test func optionsReadTheSame() throws {
        #expect(try cells("epochs: 2", ["image=[256,192]"]).map(\.settings.image) == [Self.tall])
        #expect(
            try cells("image: 64", ["image=[[256, 192], 96]"]).map(\.settings.image)
                == [Self.tall, 96])
    }

    @Test func aSquareIsOneRunHoweverItIsWritten() throws {
        let plain = try cells("epochs: 2")[0].configuration(fingerprint: "f")
        for text in ["128", "[128, 128]", "[128]", "[[1.28e2, 128.0], 128]"] {
            let all = try cells("epochs: 2, image: \(text)")
            #expect(all.map { $0.configuration(fingerprint: "f") } == [plain], "\(text)")
        }
        #expect(!plain.json.contains("image"))
        let side = try cells("image: [64, 64]")[0].configuration(fingerprint: "f").json
        #expect(side.contains(#""image":64"#))
        let tall = try cells("image: [256, 192]")[0].configuration(fingerprint: "f").json
        #expect(tall.contains(#""image":[256,192]"#))
    }

    @Test func theTextReadsBack() throws {
        let cell = try cells("image: [256, 192]")[0]
        #expect(cell.text(of: "image") == "[256,192]")
        #expect(try Cell(texts: cell.texts, from: "t", vocabulary: vocabulary) == cell)
        #expect(cell.title(varied: ["image"]).contains("image [256,192]"))
    }

    @Test func searchesChooseAmongSizes() throws {
        let text = """
            name: e
            grid: {dataset: jcx, model: unet, loss: tv}
            search:
              method: random
              trials: 4
              space: {image: {choice: [64, [96, 64]]}}
            """
        let spec = try Spec(text: text, path: "e.yaml", vocabulary: vocabulary)
        let names = spec.search?.space.range(of: "image")?.names
        #expect(names == ["64", "[96,64]"])
    }
}
