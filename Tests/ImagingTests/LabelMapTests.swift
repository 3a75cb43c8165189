import Imaging
import Testing

/// Files whose values a table explains.
struct LabelMapTests {
    private static let labels = MaskLabels(
        [
            .init(.number(1), .structure("left lung")), .init(.number(2), .structure("right lung")),
            .init(.number(3), .structure("heart")), .init(.number(4), .ignored),
            .init(.colour(red: 255, green: 0, blue: 0), .structure("heart")),
            .init(.colour(red: 0, green: 128, blue: 255), .structure("left lung")),
        ], table: "structures.csv")

    /// 6 x 1 pixels of these samples.
    private func png(
        _ samples: [[Int]], colourType: Int, bitDepth: Int = 8, palette: [UInt8] = [],
        transparency: [UInt8] = []
    ) -> [UInt8] {
        PNGWriter(
            width: samples.count, height: 1, bitDepth: bitDepth, colourType: colourType,
            palette: palette, transparency: transparency
        ).bytes { x, _, channel in samples[x][channel] }
    }

    private func inside(
        _ bytes: [UInt8], _ structure: String, labels: MaskLabels = labels
    ) throws -> [UInt8] {
        try LabelMap(bytes, name: "a.png", labels: labels).mask(of: structure).pixels
    }

    private func refusal(_ bytes: [UInt8], labels: MaskLabels = labels) -> String {
        do throws(ImagingError) {
            _ = try LabelMap(bytes, name: "a.png", labels: labels)
            return ""
        } catch {
            return error.description
        }
    }

    @Test func graysColoursAndEntriesOfPalettes() throws {
        let gray = png([[0], [1], [2], [3], [4], [1]], colourType: 0)
        #expect(try inside(gray, "left lung") == [0, 1, 0, 0, 0, 1])
        #expect(try inside(gray, "right lung") == [0, 0, 1, 0, 0, 0])
        #expect(try inside(gray, "heart") == [0, 0, 0, 1, 0, 0])
        #expect(try inside(gray, "liver") == [0, 0, 0, 0, 0, 0])
        let deep = png([[0], [1], [2], [3], [0], [1]], colourType: 0, bitDepth: 16)
        #expect(try inside(deep, "left lung") == [0, 1, 0, 0, 0, 1])
        let colours = png(
            [[0, 0, 0], [255, 0, 0], [0, 128, 255], [0, 0, 0]], colourType: 2)
        #expect(try inside(colours, "heart") == [0, 1, 0, 0])
        #expect(try inside(colours, "left lung") == [0, 0, 1, 0])
        // The entries of a palette, whatever they look like.
        let palette: [UInt8] = [0, 0, 0, 200, 10, 10, 10, 200, 10, 10, 10, 200]
        let indexed = png([[0], [1], [2], [3]], colourType: 3, palette: palette)
        #expect(try inside(indexed, "left lung") == [0, 1, 0, 0])
        #expect(try inside(indexed, "heart") == [0, 0, 0, 1])
        // A palette of grays that the table names.
        let shown = png([[0], [1]], colourType: 3, palette: [0, 0, 0, 3, 3, 3])
        let one = MaskLabels([.init(.number(3), .structure("heart"))], table: "t")
        #expect(try inside(shown, "heart", labels: one) == [0, 1])
        // What is transparent is background, whatever colour it hides.
        let hidden = png([[9, 9, 9, 0], [255, 0, 0, 255]], colourType: 6)
        #expect(try inside(hidden, "heart") == [0, 1])
        #expect(try LabelMap(hidden, name: "a", labels: Self.labels).mask(of: "heart").hasInside)
        #expect(
            try !LabelMap(hidden, name: "a", labels: Self.labels).mask(of: "left lung").hasInside)
    }

    @Test func valuesThatNoTableNamesAreListed() {
        #expect(
            refusal(png([[0], [7], [9], [1]], colourType: 0))
                == "a.png has the values 7 and 9, which structures.csv does not name; name what they "
                + "show, or 'background'")
        #expect(
            refusal(png([[0, 0, 0], [1, 2, 3]], colourType: 2)).contains("the value #010203,"))
        #expect(
            refusal(png([[255, 0, 0, 128]], colourType: 6)).contains("(255, 0, 0) with alpha 128"))
        let many = png((0..<300).map { [$0] }, colourType: 0, bitDepth: 16)
        #expect(refusal(many).contains("more than 256 values"))
    }

    @Test func twoMeaningsAreRefused() {
        // Entries 1 and 2 are the grays 2 and 1.
        let turned = png([[0], [1], [2]], colourType: 3, palette: [0, 0, 0, 2, 2, 2, 1, 1, 1])
        #expect(refusal(turned).contains("entries of a palette and grays"))
        // One colour stands for two structures.
        let twice = png(
            [[0], [1], [2]], colourType: 3, palette: [0, 0, 0, 9, 8, 7, 9, 8, 7])
        #expect(refusal(twice).contains("has #090807 twice"))
    }

    @Test func aTableMaySayThatZeroIsNoBackground() throws {
        let labels = MaskLabels(
            [.init(.number(0), .structure("air")), .init(.number(255), .background)], table: "t")
        let gray = png([[0], [255], [0]], colourType: 0)
        #expect(try inside(gray, "air", labels: labels) == [1, 0, 1])
    }

    @Test func manyValuesAreStillNoMask() {
        let bytes = png([[0], [1], [2], [3]], colourType: 0)
        do throws(ImagingError) {
            _ = try MaskContent(bytes, name: "a.png")
            Issue.record("a label map without a table was read")
        } catch {
            #expect(
                error.description.contains("say in structures.csv what each value shows"),
                "\(error)")
        }
    }

    @Test func valuesAreWrittenInManyWays() {
        #expect(MaskLabels.Value(" 12 ") == .number(12) && MaskLabels.Value("3.0") == .number(3))
        let orange = MaskLabels.Value.colour(red: 255, green: 128, blue: 0)
        for text in ["#ff8000", "#FF8000", "255 128 0", "255,128,0", "(255, 128, 0)"] {
            #expect(MaskLabels.Value(text) == orange, "\(text)")
        }
        #expect(orange.text == "#ff8000" && MaskLabels.Value.number(3).text == "3")
        for text in [
            "", " ", "red", "#ff80", "#ff80000", "#+f8000", "-1", "70000", "1 2", "1 2 300", "1e3",
            "99999999999999999999", "#ｆｆ8000", "٣", "1.5", "(1", "1 2 3 4",
        ] {
            #expect(MaskLabels.Value(text) == nil, "\(text)")
        }
    }

    @Test func everyPrefixIsRefusedOrRead() {
        let bytes = png(
            [[0], [1], [2], [3]], colourType: 3, palette: [0, 0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0])
        for count in 0..<bytes.count {
            #expect(throws: ImagingError.self) {
                try LabelMap(Array(bytes.prefix(count)), name: "a", labels: Self.labels)
            }
        }
    }
}
