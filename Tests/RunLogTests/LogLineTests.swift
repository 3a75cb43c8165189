import Domain
import Foundation
import RunStore
import Testing

@testable import RunLog

@Suite struct LogLineTests {
    private func line(_ text: String) throws -> LogLine { try LogLine(Array(text.utf8)) }

    @Test func theFirstLineSaysWhatTheRunIs() throws {
        let line = try line(
            """
            {"lightbox": 1, "experiment": "e", "name": "n", "id": "i", "revision": "abc",
             "objective": "validation/loss", "direction": "minimise",
             "params": {"lr": 0.1, "deep": {"a": [1]}}, "tags": {"who": "me", "n": 3}}
            """)
        #expect(
            line.start
                == LogLine.Start(
                    experiment: "e", name: "n", id: "i", revision: "abc",
                    objective: RunObjective(
                        split: "validation", name: "loss", direction: .lowerIsBetter)))
        #expect(
            line.parameters == ["lr": .number(0.1), "deep": .object(["a": .list([.integer(1)])])])
        #expect(line.tags == ["who": "me", "n": "3"])
    }

    @Test func valuesOfEveryKindOfNumberAreRead() throws {
        let line = try line(
            """
            {"epoch": 3, "time": 1760000000.5, "metrics": {"train/loss": 1, "a": NaN, "b": -Infinity,
             "c": null, "d": "nan", "e/f": 1e-3}}
            """)
        let time = Date(timeIntervalSince1970: 1_760_000_000.5)
        #expect(line.points.map(\.name) == ["a", "b", "c", "d", "e/f", "loss"])
        #expect(line.points.map(\.split) == ["", "", "", "", "", "train"])
        #expect(line.points.allSatisfy { $0.axis == .epoch && $0.position == 3 && $0.time == time })
        #expect(line.points[1].value == -.infinity && line.points[4].value == 0.001)
        #expect(line.points[0].value.isNaN && line.points[2].value.isNaN)
    }

    @Test func textsAreReadAsJSONWritesThem() throws {
        let line = try line(
            """
            {"note": "\\u00e9\\ud83d\\ude00\\/\\n\\"", "params": {"a": [1.0, -0.5e1, {}, []], "b": ""}}
            """)
        #expect(line.note == "\u{e9}\u{1F600}/\n\"")
        #expect(
            line.parameters == [
                "a": .list([.integer(1), .integer(-5), .object([:]), .list([])]), "b": .text(""),
            ])
    }

    /// Python: `datetime.fromisoformat(text).timestamp()`, which refuses the same.
    @Test func timesAreThoseOfISO8601() throws {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-21T02:46:00Z", 1_795_229_160),
            ("2026-11-21T02:46:00.5Z", 1_795_229_160.5),
            ("2026-11-21T02:46:00+01:30", 1_795_223_760),
            ("2026-11-21T02:46:00-0130", 1_795_234_560), ("2024-02-29T23:59:59Z", 1_709_251_199),
            ("0001-01-01T00:00:00Z", -62_135_596_800), ("1582-10-04T00:00:00Z", -12_220_243_200),
            ("1500-02-28T00:00:00Z", -14_826_758_400), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] as [(String, Double)] {
            let line = try line(#"{"time": "\#(text)", "note": "x"}"#)
            #expect(line.time?.timeIntervalSince1970 == seconds, "\(text)")
        }
        for text in [
            "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
            "2024-04-31T00:00:00Z", "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z",
            "2024-01-00T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z",
            "2024-01-01T00:00:60Z", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
            "-001-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00",
            "2024-01-01T00:00:00", "2024-01-01", "2024-01-01T00:00:00+24:00",
            "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00Zx", "2024-1-1T00:00:00Z", "",
            "٢٠٢٤-01-01T00:00:00Z",
        ] {
            #expect(throws: LogLineError.self) {
                try line(#"{"time": "\#(text)", "note": "x"}"#)
            }
        }
    }

    static let hostile: [(line: String, says: String)] = [
        ("", "no JSON"), ("[]", "expected a JSON object"), ("{\"a\": ", "no JSON"),
        ("{\"stepp\": 1}", "did you mean 'step'?"), ("{\"lightbox\": 2}", "expected 1"),
        ("{\"lightbox\": \"1\"}", "expected 1"),
        ("{\"name\": \"n\"}", "belongs into the first line"),
        ("{\"lightbox\": 1, \"name\": 3}", "expected a text"),
        ("{\"lightbox\": 1, \"name\": \"\"}", "0 bytes"),
        ("{\"lightbox\": 1, \"name\": \"a\\u0000b\"}", "control characters"),
        ("{\"lightbox\": 1, \"direction\": \"minimise\"}", "goes with \"objective\""),
        (
            "{\"lightbox\": 1, \"objective\": \"a\", \"direction\": \"up\"}",
            "expected maximise or minimise"
        ),
        ("{\"step\": 1}", "which the line has not"), ("{\"metrics\": {\"a\": 1}}", "found none"),
        ("{\"step\": 1, \"epoch\": 1, \"metrics\": {\"a\": 1}}", "found both"),
        ("{\"step\": 1.5, \"metrics\": {\"a\": 1}}", "expected a whole number"),
        ("{\"step\": -1, \"metrics\": {\"a\": 1}}", "expected a whole number"),
        ("{\"step\": 9223372036854775807, \"metrics\": {\"a\": 1}}", "expected a whole number"),
        ("{\"step\": 1, \"metrics\": {\"a\": \"high\"}}", "expected a number"),
        ("{\"step\": 1, \"metrics\": {\"a\": true}}", "expected a number"),
        ("{\"step\": 1, \"metrics\": {\"\": 1}}", "0 bytes"),
        ("{\"step\": 1, \"metrics\": 3}", "object"),
        ("{\"params\": []}", "expected an object"), ("{\"note\": \"\"}", "expected a text"),
        ("{\"status\": \"done\"}", "expected completed, failed, interrupted"),
        ("{\"error\": \"x\"}", "goes with \"status\""),
        ("{\"time\": \"noon\", \"note\": \"x\"}", "seconds"),
        ("{\"time\": -5, \"note\": \"x\"}", "seconds"),
        (String(repeating: "[", count: 5000), "no JSON"),
        ("{\"step\": 1, \"metrics\": {\"a\": NaN, b: 1}}", "no JSON"),
        ("{\"step\": 1, \"metrics\": {\"a\": NaN}} // ok", "no JSON"),
        ("{\"step\": 1, \"metrics\": {\"a\": NaN,}}", "no JSON"),
        ("{\"step\": 1, \"metrics\": {\"a\": +NaN}}", "no JSON"),
        ("{\"step\": 1, \"metrics\": {\"a\": 01}}", "no JSON"),
        ("{\"step\": 1, \"metrics\": {\"a\": .5}}", "no JSON"),
        ("{\"step\": 1, \"metrics\": {\"a\": 1e400}}", "too large"),
        ("{\"note\": \"\\ud800\"}", "no JSON"), ("{\"note\": \"a\tb\"}", "no JSON"),
        ("{\"params\": {\"a\": 1, \"a\": 2}}", "'a' stands twice"),
        ("{\"params\": {\"\u{e9}\": 1, \"e\u{301}\": 2}}", "stands twice"),
        ("{\"step\": 1, \"step\": 2, \"metrics\": {\"a\": 1}}", "'step' stands twice"),
    ]

    @Test(arguments: hostile.indices)
    func hostileLinesAreRefusedWithAReason(_ index: Int) {
        let (text, says) = Self.hostile[index]
        let error = #expect(throws: LogLineError.self) { try line(text) }
        #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
        #expect((error?.description.count ?? 0) < 400)
    }

    @Test func whatIsNoTextOrTooLongIsRefused() {
        #expect(throws: LogLineError.self) { try LogLine([0x7B, 0xFF, 0x7D]) }
        let long = "{\"note\": \"" + String(repeating: "x", count: LogLine.longest) + "\"}"
        #expect(throws: LogLineError.self) { try line(long) }
    }
}
