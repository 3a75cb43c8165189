import Domain
import Foundation
import Imaging
import RunStore
import Testing

@testable import Reports

@Suite struct FigureTests {
    @Test func theFontHasEveryPrintableCharacter() {
        #expect((32...126).allSatisfy { LabelFont.all[Character(Unicode.Scalar($0))] != nil })
        #expect("äéßÅñ±·–…".allSatisfy { LabelFont.all[$0] != nil })
        for letter in LabelFont.all.values {
            #expect(letter.shades.count == letter.width * LabelFont.height)
        }
        let white = RGBImage.Colour(255, 255, 255), ink = RGBImage.Colour(0, 0, 0)
        var image = RGBImage(width: 10, height: LabelFont.height, colour: white)
        LabelFont.draw("l", x: 0, y: 0, colour: ink, in: &image)
        // An upright bar: somewhere a column that is dark, all of it between paper.
        #expect((0..<10).contains { column in (5..<12).allSatisfy { image[column, $0].red < 100 } })
        #expect(image[9, 0] == white)
        LabelFont.draw("W", x: -5, y: -5, colour: ink, in: &image)
        #expect(LabelFont.width("WW") == 2 * LabelFont.width("W"))
        #expect(LabelFont.width("i") < LabelFont.width("W"))
        #expect(LabelFont.width(LabelFont.fitted("a long name", into: 40)) <= 40)
        #expect(LabelFont.fitted("name", into: 400) == "name")
    }

    /// Where there are pages a dot leads to its image's; in a file nothing leads nowhere.
    @Test func dotsLeadToTheirImages() throws {
        let sample = try SampleStore()
        let run = try sample.complete(SampleStore.cell(seed: 1), dice: 0.9)
        // The mean of this image is far from those of the others.
        try sample.complete(SampleStore.cell(seed: 2), dice: 0.1, test: ["IMG_7"])
        var request = ReportRequest()
        request.figures = true
        var source = ReportSource(
            store: sample.store, vocabulary: SampleStore.vocabulary, request: request)
        func picture(_ id: String, of document: ReportDocument) throws -> String {
            let figures = document.blocks.compactMap { block -> Figure? in
                if case .figure(let figure) = block { figure } else { nil }
            }
            let figure = try #require(figures.first { $0.id == id })
            return String(decoding: figure.data, as: UTF8.self)
        }
        let sweep = try ReportRegistry.require("sweep")
        let plain = try picture("image-dice", of: sweep.document(from: source))
        #expect(!plain.contains("<a ") && plain.contains("role=\"img\""))
        source.imageAddress = { run, image, other in
            "/page?\(run)&\(image)&\(other.map(String.init) ?? "none")"
        }
        let linked = try picture("image-dice", of: sweep.document(from: source))
        #expect(linked.components(separatedBy: "<a ").count == 2)
        let title = "IMG_7: Dice 0.504, mean of 2 runs; shows run \(run)"
        #expect(
            linked.contains(
                "<a href=\"/page?\(run)&amp;IMG_7&amp;none\" aria-label=\"\(title)\"><title>\(title)</title>"
            ), "\(linked)")
        #expect(linked.contains("role=\"group\" aria-label=\"Test Dice by image\""))
        // The dots are where they were.
        let dot = try #require(plain.firstMatch(of: #/<circle [^>]*r="1.9"[^>]*>/#)).output
        #expect(linked.contains(dot))
        let third = try sample.complete(SampleStore.cell(loss: "kltv"), dice: 0.8)
        let comparison = try ComparisonReport(of: [run, third], from: source).document()
        for id in ["agreement", "images"] {
            let drawn = try picture(id, of: comparison)
            #expect(drawn.components(separatedBy: "<a ").count == 11)
            #expect(drawn.contains("\"/page?\(run)&amp;IMG_12&amp;\(third)\""))
        }
        source.imageAddress = nil
        let unlinked = try ComparisonReport(of: [run, third], from: source).document()
        #expect(try !picture("images", of: unlinked).contains("<a "))
    }

    /// A side that does not begin at 0 says so.
    @Test func sidesThatDoNotBeginAtZeroAreMarked() {
        func strokes(_ values: [Double]) -> Int {
            var svg = SVG(width: 100, height: 100)
            ChartFrame(x: 20, y: 10, width: 70, height: 70).draw(
                into: &svg, title: "", horizontal: nil, vertical: ChartScale(covering: values),
                xLabel: "", yLabel: "")
            return svg.document(title: "").components(separatedBy: "<line").count
                - ChartScale(covering: values).ticks.count
        }
        #expect(strokes([0.9, 0.95]) == strokes([0, 0.95]) + 2)
        #expect(strokes([-0.5, 0.95]) == strokes([0, 0.95]))
    }

    @Test func ranksGoWithRanks() throws {
        let rising = (1...9).map { (Double($0), Double($0 * $0)) }
        #expect(SpearmanCorrelation.coefficient(rising) == 1)
        #expect(SpearmanCorrelation.coefficient(rising.map { ($0.0, -$0.1) }) == -1)
        #expect(SpearmanCorrelation.coefficient(rising.map { ($0.0, 5) }) == nil)
        #expect(SpearmanCorrelation.coefficient([(1, 2), (2, 3)]) == nil)
        #expect(SpearmanCorrelation.ranks([3, 1, 3, 2]) == [3.5, 1, 3.5, 2])
        // scipy.stats.spearmanr([1, 2, 2, 4, 5], [5, 6, 7, 8, 7]).statistic
        let tied = try #require(
            SpearmanCorrelation.coefficient([(1, 5), (2, 6), (2, 7), (4, 8), (5, 7)]))
        #expect(abs(tied - 0.7631578947368421) < 1e-12)
    }

    @Test func parallelCoordinatesShowEveryRun() {
        let figure = ParallelFigure(
            axes: ["learning-rate", "loss"], result: "Dice",
            lines: (0..<20).map {
                .init(
                    settings: ["\(pow(10, -Double($0 % 5)))", $0 % 2 == 0 ? "tv" : "a < b"],
                    result: Double($0) / 20)
            })
        let svg = figure.svg()
        #expect(svg.components(separatedBy: "<path").count == 21)
        #expect(svg.contains("a &lt; b") && svg.contains("learning-rate") && !svg.contains("nan"))
    }

    @Test func numbersOfCoordinatesAreShort() {
        #expect(SVG.number(1) == "1")
        #expect(SVG.number(-0.004) == "0")
        #expect(SVG.number(12.345) == "12.35")
        #expect(SVG.number(-1.5) == "-1.5")
        #expect(SVG.number(2.05) == "2.05")
        #expect(SVG.number(.nan) == "0")
    }

    @Test func scalesHaveRoundTicksThatCoverTheValues() {
        let scale = ChartScale(covering: [0.62, 0.88], bounds: 0...1)
        #expect(scale.low <= 0.62 && scale.high >= 0.88)
        #expect(scale.ticks.map(scale.label) == ["0.6", "0.7", "0.8", "0.9"])
        #expect(ChartScale(covering: [0.5, 1.2], bounds: 0...1).high == 1)
        let flat = ChartScale(covering: [0.9, 0.9])
        #expect(flat.low < 0.9 && flat.high > 0.9)
        #expect(ChartScale(covering: []).ticks.count > 1)
        let fractions = ChartScale(logarithmicAt: [5, 10, 100, 10])
        #expect(fractions.ticks == [5, 10, 100])
        #expect(fractions.fraction(5) == 0 && fractions.fraction(100) == 1)
    }

    /// Curves of other programs hold anything: each scale ends, and its ticks rise.
    @Test(
        arguments: [
            [0, 1.7e308], [-1.7e308, 1.7e308], [1e16, 1e16 + 2], [1.7e18, 1.7e18 + 256],
            [0.9, 0.9.nextUp], [0.9, Double(0.9).nextDown], [0, 5e-324], [-5e-324, 5e-324],
            [1e308, 1e308], [.greatestFiniteMagnitude], [-.infinity, .infinity, .nan, 3],
            [1e-320, 1e300],
        ] as [[Double]])
    func everyScaleEnds(values: [Double]) {
        for scale in [
            ChartScale(covering: values), ChartScale(covering: values, bounds: 0...1, count: 4),
            ChartScale(covering: values, bounds: -Double.infinity...Double.infinity),
            ChartScale(decadesCovering: values), ChartScale(logarithmicAt: values),
        ] {
            #expect(scale.ticks.count < 700 && !scale.low.isNaN && !scale.high.isNaN)
            #expect(zip(scale.ticks, scale.ticks.dropFirst()).allSatisfy { $0 < $1 })
            _ = scale.ticks.map(scale.label)
            for value in values { _ = SVG.number(100 * scale.fraction(value)) }
        }
    }

    @Test func chartsNameEverySeriesAndEscapeText() {
        let chart = LineChart(
            title: "A < B", xLabel: "epoch", yLabel: "Dice", names: ["x & y"],
            panels: [
                LineChart.Panel(
                    title: "MCX",
                    series: [
                        LineChart.Series(
                            style: 0,
                            points: (1...5).map {
                                LineChart.Point(x: Double($0), y: 0.1 * Double($0), sd: 0.01)
                            })
                    ])
            ])
        let svg = chart.svg()
        #expect(svg.contains("A &lt; B") && svg.contains("x &amp; y") && svg.contains(">epoch<"))
        #expect(!svg.contains("nan") && !svg.contains("inf"))
    }

    @Test func reportsDrawTheirFigures() throws {
        let sample = try SampleStore()
        try sample.fillPair()
        try sample.complete(SampleStore.cell(loss: "tv", labels: 10), dice: 0.8)
        let document = try ReportRegistry.require("sweep").document(
            from: sample.source { $0.figures = true })
        #expect(document.figures.map(\.id) == ["learning-curves", "labels-dice", "image-dice"])
        let file = ReportFile(document, at: sample.folder.appendingPathComponent("s.md"))
        #expect(
            file.contents().map(\.url.lastPathComponent) == [
                "s.md", "s-learning-curves.svg", "s-labels-dice.svg", "s-image-dice.svg",
            ])
        let page = document.rendered(as: .html)
        #expect(page.contains("<svg") && !page.contains("http://") || page.contains("www.w3.org"))
    }

    @Test func manyCurvesAreSplitIntoPanels() throws {
        let sample = try SampleStore()
        for model in ["unet", "ppau-net"] {
            for loss in ["tv", "kltv"] {
                for width in [8, 16] as [Int64] {
                    try sample.complete(
                        SampleStore.cell(model: model, loss: loss, width: width), dice: 0.9)
                }
            }
        }
        let figure = try Self.learningCurves(of: sample)
        let svg = String(decoding: figure.data, as: UTF8.self)
        #expect(svg.contains(">MCX, U-Net<") && svg.contains(">MCX, PPAU-Net<"))
        #expect(svg.contains(">TV, width 8<") && !svg.contains(">U-Net, TV, width 8<"))
        #expect(figure.title.hasSuffix("deviation."))
    }

    @Test func aFigureSaysWhichCurvesItLeavesOut() throws {
        let sample = try SampleStore()
        for width in 1...9 as ClosedRange<Int64> {
            try sample.complete(SampleStore.cell(width: width), dice: 0.8 + 0.01 * Double(width))
        }
        let figure = try Self.learningCurves(of: sample)
        #expect(figure.title.hasSuffix("; the 7 of 9 with the highest test Dice."))
        let svg = String(decoding: figure.data, as: UTF8.self)
        #expect(svg.contains(">width 9<") && !svg.contains(">width 2<"))
    }

    static func learningCurves(of sample: SampleStore) throws -> Figure {
        let document = try ReportRegistry.require("sweep").document(
            from: sample.source { $0.figures = true })
        return try #require(document.figures.first { $0.id == "learning-curves" })
    }

    @Test func overlaysShowBestMedianAndWorst() throws {
        let sample = try SampleStore()
        try sample.fillPair()
        let entry = try ReportRegistry.require("overlays")
        var source = sample.source()
        source.pictures = { run, names in
            var pictures: [String: OverlayPicture] = [:]
            for name in names { pictures[name] = Self.disc(shift: run % 2 == 0 ? 4 : 8) }
            return pictures
        }
        let document = try entry.document(from: source)
        let table = try #require(document.tables.first)
        #expect(table.rows.map(\.id) == ["best", "median", "worst"])
        #expect(
            table.rows.map { CellText.plain($0.cells[1], in: table.columns[1]) }
                == ["IMG_12", "IMG_7", "IMG_3"])
        let figure = try #require(document.figures.first)
        if let path = ProcessInfo.processInfo.environment["OVERLAY_PNG"] {
            try figure.data.write(to: URL(fileURLWithPath: path))
        }
        let image = try PNG.decode(Array(figure.data), name: "sheet")
        #expect(image.width > 3 * 240 && image.height > 3 * 240)
    }

    @Test func outlinesAreDrawnInTheirColours() {
        let picture = Self.disc(shift: 8)
        let sheet = OverlaySheet(
            methods: ["m"],
            rows: [
                .init(title: "t", panels: [.init(picture: picture, caption: "Dice 0.5")])
            ]
        ).image()
        func count(_ colour: RGBImage.Colour) -> Int {
            (0..<sheet.height).reduce(0) { sum, y in
                sum + (0..<sheet.width).filter { sheet[$0, y] == colour }.count
            }
        }
        // The target twice (alone and below the prediction), broken; the prediction once, full.
        #expect(count(OverlaySheet.targetColour) > 300)
        #expect(count(OverlaySheet.predictionColour) > 300)
    }

    /// A picture of 20 rows and 40 columns lies in the middle of its square panel, and a page shows it
    /// in its own form.
    @Test func rectanglesKeepTheirForm() throws {
        let size = ImageSize(height: 20, width: 40)
        let mask: [UInt8] = (0..<800).map { $0 % 40 < 10 ? 1 : 0 }
        let picture = OverlayPicture(
            size: size, pixels: mask.map { Float($0) }, targets: [mask], predictions: [mask])
        let panel = PicturePanel(picture)
        for data in [try panel.outlines(), try panel.error()] {
            let image = try PNG.decode(Array(data), name: "panel")
            #expect((image.width, image.height) == (280, 140))
        }
        let sheet = OverlaySheet(
            methods: ["m"],
            rows: [.init(title: "t", panels: [.init(picture: picture, caption: "c")])]
        ).image()
        let white = RGBImage.Colour(255, 255, 255), black = RGBImage.Colour(0, 0, 0)
        // A panel of 240 at (12, 52): the picture is 120 high, from row 112 on; its right part is black.
        #expect(sheet[12 + 200, 52 + 50] == white && sheet[12 + 200, 52 + 190] == white)
        #expect(sheet[12 + 200, 52 + 61] == black && sheet[12 + 239, 52 + 178] == black)
    }

    /// A bright disc; the prediction is shifted by some pixels.
    static func disc(shift: Int) -> OverlayPicture {
        let side = 64
        func mask(_ dx: Int) -> [UInt8] {
            (0..<side * side).map { index in
                let x = index % side - 30 - dx, y = index / side - 32
                return x * x + y * y < 324 ? 1 : 0
            }
        }
        return OverlayPicture(
            size: .square(side), pixels: mask(0).map { $0 == 1 ? 0.7 : 0.2 }, targets: [mask(0)],
            predictions: [mask(shift)])
    }

    @Test func methodsGoByTheirShortestName() throws {
        let axes: [Axis] = [.model, .procedure, .loss]
        let cells = [
            ["unet", "supervised", "kltv"], ["ppau-net", "supervised", "kltv"],
            ["unet", "s4mcl", "gdl"], ["unet", "classification", "gdl"],
            ["ppau-net", "appau-net", "kltv"], ["unet", "appau-net", "kltv"],
        ]
        var vocabulary = SampleStore.vocabulary
        vocabulary.procedures += [
            .init("s4mcl", title: "S4MCL", network: "unet"), .init("appau-net", title: "APPAU-Net"),
            .init("classification", title: "CNN"),
        ]
        let names = MethodNames(axes: axes, cells: cells, vocabulary: vocabulary)
        #expect(
            cells.map { names.name($0, at: [0, 1, 2]) } == [
                "U-Net, KLTV", "PPAU-Net, KLTV", "S4MCL, gdl", "CNN, gdl",
                "PPAU-Net, APPAU-Net, KLTV", "U-Net, APPAU-Net, KLTV",
            ])
        #expect(names.name(cells[2], at: [1]) == "S4MCL")
        #expect(names.name(cells[0], at: [1]) == "supervised")
        let other = MethodNames(
            axes: axes, cells: [["ppau-net", "s4mcl", "gdl"]], vocabulary: vocabulary)
        let cell = ["ppau-net", "s4mcl", "gdl"]
        #expect(other.name(cell, at: [0, 1, 2]) == "PPAU-Net, S4MCL, gdl")
        #expect(other.name(cell, at: [1, 2]) == "S4MCL (PPAU-Net), gdl")
    }
}
