internal import Wording

extension DatasetReport {
    /// The report as aligned lines for a terminal of `columns` columns, 80 at most; at most `itemLimit`
    /// items a finding.
    public func text(itemLimit: Int = 8, columns: Int = 80) -> String {
        let limit = min(80, columns)
        var rows: [(String, String)] = [("dataset", dataset), ("folder", folder)]
        for line in understood ?? [] {
            let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
            rows.append((parts[0], parts.count > 1 ? parts[1] : ""))
        }
        rows += [
            ("images", "\(images)"), ("with a mask", "\(masked) (\(maskFiles) mask files)"),
        ]
        if structures.count > 1 || !choices.isEmpty {
            let others = choices.isEmpty ? "" : " (also drawn: \(choices.joined(separator: ", ")))"
            rows.append(("structures", structures.joined(separator: ", ") + others))
        }
        if masked < images { rows.append(("without a mask", "\(images - masked)")) }
        // Images without a class alone are a data set without classes.
        if classes.contains(where: { $0.name != ClassCount.none }) {
            rows.append(("classes", Self.line(classes, \.images)))
            if masked < images {
                rows.append(("classes with a mask", Self.line(classes, \.masked)))
            }
        }
        if let patients { rows.append(("patients", "\(patients)")) }
        if let sites { rows.append(("sites", Self.line(sites, \.images))) }
        if let readings { rows.append(("readings", Self.line(readings))) }
        rows.append(("sizes", Self.line(sizes)))
        rows.append(("pixels", Self.line(pixels)))
        if let fraction = maskFraction {
            rows.append(
                (
                    "mask fraction",
                    "\(Self.rounded(fraction.mean)) "
                        + "(\(Self.rounded(fraction.least)) to \(Self.rounded(fraction.greatest)))"
                ))
        }
        if origin == .phantom { rows.append(("drawn", "by lightbox data phantom: no patients")) }
        if let fingerprint { rows.append(("fingerprint", fingerprint)) }
        let width = rows.map(\.0.count).max() ?? 0
        var lines = rows.flatMap { name, value in
            Self.wrapped(
                name + String(repeating: " ", count: width + 2 - name.count), value,
                indent: width + 2, limit)
        }
        for finding in findings {
            lines += Self.wrapped(
                "\(finding.severity.rawValue): ", finding.text, indent: 4, limit)
            guard !finding.items.isEmpty, finding.items != [finding.text] else { continue }
            let shown = finding.items.prefix(itemLimit).joined(separator: ", ")
            let more = finding.items.count - itemLimit
            lines += Self.wrapped(
                "    ", shown + (more > 0 ? " and \(more) more" : ""), indent: 4, limit)
        }
        if findings.isEmpty { lines.append("nothing wrong") }
        return lines.joined(separator: "\n")
    }

    /// Lines of at most `width` columns, as far as words allow: `lead` and the beginning of `text`, then
    /// the rest behind `indent` spaces. A word that does not fit there stands on a line of its own.
    private static func wrapped(
        _ lead: String, _ text: String, indent: Int, _ width: Int
    ) -> [String] {
        var lines: [String] = []
        var line = lead
        var isFresh = true
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let gap = isFresh ? "" : " "
            if line.count + gap.count + word.count <= width {
                line += gap + word
            } else {
                if !line.allSatisfy({ $0 == " " }) { lines.append(line.trimmedAtEnd) }
                let room = word.count <= width - indent ? indent : 4
                line = String(repeating: " ", count: room) + word
            }
            isFresh = false
        }
        return lines + [line]
    }

    /// `normal: 8, "tumor, benign": 8`.
    private static func line(_ counts: [ClassCount], _ number: KeyPath<ClassCount, Int>) -> String {
        counts.map { "\(ListedName.of($0.name)): \($0[keyPath: number])" }
            .joined(separator: ", ")
    }

    private static func line(_ counts: [Count]) -> String {
        let shown = counts.prefix(4).map { "\($0.name) (\($0.count))" }
        return shown.joined(separator: ", ")
            + (counts.count > 4 ? " and \(counts.count - 4) more" : "")
    }

    private static func line(_ readings: Readings) -> String {
        let age = readings.age.map { ", aged \(Int($0.least)) to \(Int($0.greatest))" }
        return "\(readings.count) (\(readings.female) female, \(readings.male) male\(age ?? ""))"
    }

    private static func rounded(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let digits = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }
}

extension String {
    /// Without spaces at the end.
    fileprivate var trimmedAtEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
