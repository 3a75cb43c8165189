import Domain
import Foundation
import Testing

@Suite("Reading JSON")
struct JSONLineTests {
    private func value(_ text: String) throws(JSONLine.Problem) -> JSONValue {
        try JSONLine.value(Array(text.utf8))
    }

    @Test(
        "whole numbers of any length that 64 bits hold stay whole, and longer ones become the nearest"
    )
    func wholeNumbers() throws {
        for text in [
            "0", "7", "-7", "999999999999999999", "-999999999999999999", "1000000000000000000",
            "9223372036854775807", "-9223372036854775808",
        ] {
            #expect(try value(text) == .integer(try #require(Int64(text))), "\(text)")
        }
        #expect(try value("-0") == .integer(0))
        #expect(try value("1e3") == .integer(1000))
        #expect(try value("2.0") == .integer(2))
        #expect(try value("9223372036854775808") == .number(9_223_372_036_854_775_808))
        #expect(try value("0.1") == .number(0.1))
        #expect(try value("-1.25e-7") == .number(-1.25e-7))
        #expect(throws: JSONLine.Problem.large("1e999")) { try value("1e999") }
    }

    @Test("texts are what they were before they were written, wherever their first escape stands")
    func texts() throws {
        for text in ["", "plain", "\"", "a\"b", "\\", "tab\tin the middle", "é\u{301}😀", "a/b"] {
            for pretty in [
                JSONSerialization.WritingOptions.fragmentsAllowed, .withoutEscapingSlashes,
            ] {
                let data = try JSONSerialization.data(
                    withJSONObject: [text], options: [pretty])
                #expect(try JSONLine.value(Array(data)) == .list([.text(text)]), "\(text)")
            }
        }
        #expect(try value(#""a\ud83d\ude00b""#) == .text("a😀b"))
        #expect(try value(#""\u00e9\/""#) == .text("é/"))
    }

    @Test(
        "what is no JSON is refused at its byte",
        arguments: [
            ("", 0), ("01", 1), ("-", 1), ("1.", 2), ("1e", 2), ("+1", 0), (".5", 0), ("tru", 0),
            ("\"", 1),
            ("\"\u{1}\"", 1), (#""\x""#, 2), (#""\ud83d""#, 2), (#""\ud83dx""#, 2), ("[1,]", 3),
            ("[1 2]", 3),
            ("{\"a\"}", 4), ("{a:1}", 1), ("{\"a\":1,}", 7), ("1 1", 2), ("nul", 0), ("Nan", 0),
        ])
    func refused(_ text: String, _ byte: Int) {
        #expect(throws: JSONLine.Problem.syntax(at: byte), "\(text)") { try value(text) }
    }

    @Test("words stand for values, and a key may not stand twice")
    func words() throws {
        #expect(
            try value("[true, false, null, Infinity, -Infinity, {}, []]")
                == .list([
                    .flag(true), .flag(false), .null, .number(.infinity), .number(-.infinity),
                    .object([:]), .list([]),
                ]))
        guard case .number(let number) = try value("NaN") else {
            Issue.record("NaN is no number")
            return
        }
        #expect(number.isNaN)
        #expect(throws: JSONLine.Problem.twice("a")) { try value(#"{"a":1,"\u0061":2}"#) }
    }
}
