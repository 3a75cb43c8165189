import Testing

@testable import Server

@Suite struct MarkupTests {
    @Test func textIsEscapedAndMarkupIsNot() {
        let name = "<script>alert(\"1\")</script> & \u{202E}x"
        let inner: Markup = "<b>\(name)</b>"
        #expect(
            inner.text == "<b>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; \\u202Ex</b>")
        let outer: Markup = "<p>\(inner)\([inner, "x"])\(5)</p>"
        #expect(outer.text == "<p>\(inner.text)\(inner.text)\nx5</p>")
    }

    @Test func linesKeepTheirBreaks() {
        let text: Markup = "\(lines: "a\n<b>")"
        #expect(text.text == "a\n&lt;b&gt;")
    }
}
