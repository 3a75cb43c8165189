import Testing

@testable import Console

@Suite struct TextColumnsTests {
    private func column(
        _ title: String, _ texts: [String], keep: Int = 0, least: Int? = nil, isNumber: Bool = false
    ) -> TextColumns.Column {
        TextColumns.Column(
            title: title, texts: texts, isNumber: isNumber, keep: keep, least: least)
    }

    @Test func columnsOfLowRankGoFirstThenTextIsCut() {
        let table = TextColumns(
            [
                column("run", ["1", "12"], keep: 3, isNumber: true),
                column("name", ["a name of many letters", "short"], keep: 2, least: 8),
                column("host", ["machine-one", "machine-two"], keep: 1),
            ], hasRule: true)
        let whole = table.fitted(within: nil)
        #expect(whole.leftOut.isEmpty)
        #expect(
            whole.lines == [
                "run  name                    host", "───  ──────────────────────  ───────────",
                "  1  a name of many letters  machine-one",
                " 12  short                   machine-two",
            ])
        let cut = table.fitted(within: 30)
        #expect(cut.leftOut.isEmpty)
        #expect(cut.lines.allSatisfy { $0.count <= 30 } && cut.lines[2].contains("…"))
        let narrow = table.fitted(within: 20)
        #expect(narrow.leftOut == ["host"])
        #expect(narrow.lines[2] == "  1  a name of many…")
        for limit in 1...60 {
            let fitted = table.fitted(within: limit)
            #expect(fitted.lines.allSatisfy { DisplayWidth.of($0) <= max(limit, 3) })
        }
    }

    @Test func columnsThatGiveWayGoBeforeAnythingIsCut() {
        func column(_ title: String, _ text: String, keep: Int, givesWay: Bool = false)
            -> TextColumns.Column
        {
            .init(
                title: title, texts: [text], isNumber: false, keep: keep, least: 4,
                givesWay: givesWay)
        }
        let table = TextColumns([
            column("run", "1", keep: 9), column("data", "montgomery", keep: 8, givesWay: true),
            column("host", "machine", keep: 7, givesWay: true),
            column("settings", "width 8, batch 4", keep: 1),
        ])
        #expect(table.fitted(within: 33).leftOut == ["host"])
        #expect(table.fitted(within: 33).lines[1] == "1    montgomery  width 8, batch 4")
        #expect(table.fitted(within: 25).lines[1] == "1    width 8, batch 4")
        #expect(table.fitted(within: 12).lines[1] == "1    width …")
    }

    @Test func wideSignsCountTwice() {
        #expect(DisplayWidth.of("漢字ab") == 6)
        #expect(DisplayWidth.of("e\u{301}") == 1)
        #expect(DisplayWidth.cut("漢字漢字", to: 6) == "漢字…")
        #expect(DisplayWidth.cut("漢字", to: 4) == "漢字")
        #expect(DisplayWidth.cut("abc", to: 0) == "")
    }

    @Test func textWrapsBelowItself() {
        let lines = WrappedText.lines(
            "note  ", "the quick brown fox jumps over it", within: 24)
        #expect(lines == ["note  the quick brown", "      fox jumps over it"])
        let long = WrappedText.lines("note  ", String(repeating: "x", count: 40), within: 24)
        #expect(long.count == 3 && long.allSatisfy { $0.count <= 24 })
        #expect(WrappedText.lines("a ", "b", within: nil) == ["a b"])
    }

    @Test func sentencesWrapBetweenWordsAndPathsStayWhole() {
        let text = "lightbox: unknown data set 'organs'; known: mcx, scx, jcx"
        let path = "/a/very/long/path/that/no/line/holds.yaml"
        for limit in 20...70 {
            let lines = WrappedText.sentence(text, within: limit)
            #expect(lines.allSatisfy { DisplayWidth.of($0) <= limit })
            #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("  ") && !$0.hasPrefix("   ") })
            #expect(
                lines.map { $0.trimmingPrefix("  ") }.joined(separator: " ") == text,
                "nothing is lost")
        }
        #expect(
            WrappedText.sentence("no such file: \(path) is gone", within: 30) == [
                "no such file:", "  " + path, "  is gone",
            ])
        #expect(WrappedText.sentence(text, within: nil) == [text])
        #expect(
            WrappedText.sentence("    lightbox runs   lists the runs of a store", within: 44) == [
                "    lightbox runs   lists the runs of a", "                    store",
            ], "below its last column")
    }

    @Test func whatDiffersIsSeenWhereTextsAreCut() {
        let sets = ["folder:organs-csv", "folder:organs-yaml", "folder:organs-csv"]
        #expect(DisplayWidth.cut(sets, to: 30) == sets)
        #expect(DisplayWidth.cut(sets, to: 10) == ["fold…s-csv", "fold…-yaml", "fold…s-csv"])
        #expect(DisplayWidth.cut(["a name", "some other name"], to: 8) == ["a name", "some ot…"])
        let cells = ["one long model tv 100 % seed 1 b", "one long model kl 100 % seed 1 b"]
        let cut = DisplayWidth.cut(cells, to: 12)
        #expect(cut == ["… tv 100 % …", "… kl 100 % …"])
        let table = TextColumns([
            .init(title: "data", texts: sets, isNumber: false, least: 10),
            .init(title: "n", texts: ["1", "2", "3"], isNumber: true),
        ])
        #expect(table.fitted(within: 13).lines[1] == "fold…s-csv  1")
    }

    @Test func otherSignsHaveAnEqualInASCII() {
        #expect(ASCIIText.of("── 50 % … 漢é█") == "-- 50 % ~ ???#")
    }
}
