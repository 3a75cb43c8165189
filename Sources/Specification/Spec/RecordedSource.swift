/// An experiment as a store records it: the text of its file, then a comment a `--set` of the sweep.
struct RecordedSource {
    let text: String
    let overrides: [String]

    private static let mark = "# swept with --set "

    init(text: String, overrides: [String]) {
        self.text = text
        self.overrides = overrides
    }

    /// Takes apart what `source` put together.
    init(_ source: String) {
        var lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        let end = lines.lastIndex { !$0.hasPrefix(Self.mark) }.map { $0 + 1 } ?? 0
        overrides = lines[end...].map { String($0.dropFirst(Self.mark.count)) }
        text = overrides.isEmpty ? source : lines[..<end].map { $0 + "\n" }.joined()
    }

    /// The text for the store.
    var source: String {
        guard !overrides.isEmpty else { return text }
        // Line breaks stand in lists alone, round their values.
        let comments = overrides.map { override in
            Self.mark + override.split(whereSeparator: \.isNewline).joined(separator: " ") + "\n"
        }
        return text + (text.hasSuffix("\n") ? "" : "\n") + comments.joined()
    }
}
