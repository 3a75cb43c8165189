import Datasets
import Foundation
import Launch
import Losses
import Metrics
import Models
import NN
import Reports
import Settings
import Testing
import Training

@testable import Specification

/// The pages below `docs/reference`, as the program, its registries and their sources give them.
enum ReferencePages {
    /// Each page's path with its text.
    static func all() throws -> [(path: String, text: String)] {
        [
            ("docs/reference/verbs.md", try verbs()), ("docs/reference/settings.md", settings()),
            ("docs/reference/metrics.md", try metrics()), ("docs/reference/names.md", names()),
        ]
    }

    private static func page(_ title: String, _ introduction: String, _ parts: [String]) -> String {
        """
        # \(title)

        <!-- Made by `make record` from the program; edits are lost. -->

        \(introduction)


        """ + parts.joined(separator: "\n\n") + "\n"
    }

    /// A table in Markdown; cells are plain text but for what stands between backticks.
    private static func table(_ head: [String], _ rows: [[String]]) -> String {
        ([head, head.map { _ in "---" }] + rows.map { $0.map(cell) })
            .map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }

    private static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("<", with: "&lt;")
            .replacing(#/\s*\n\s*/#, with: " ")
    }

    // MARK: Verbs

    /// Paragraphs, a line each.
    private static func prose(_ text: String) -> String {
        text.components(separatedBy: "\n\n").map { $0.replacing("\n", with: " ") }
            .joined(separator: "\n\n")
    }

    private static func verbs() throws -> String {
        func parts(of command: ProgramHelp.Command, below path: [String]) -> [String] {
            guard command.shouldDisplay != false, command.commandName != "help" else { return [] }
            let path = path + [command.commandName]
            let own = (command.subcommands ?? []).flatMap { parts(of: $0, below: path) }
            let isGroup = !own.isEmpty
            var part = "## `\(path.joined(separator: " "))`\n\n\(command.abstract ?? "")"
            if let text = command.discussion, !text.isEmpty {
                // What help sets in columns or as an example stays so.
                part += text.contains("  ") ? "\n\n```text\n\(text)\n```" : " " + prose(text)
            }
            let rows = (command.arguments ?? []).filter {
                $0.shouldDisplay != false && $0.names?.contains { $0.name == "version" } != true
                    && $0.names?.contains { $0.name == "help" } != true
            }
            if !isGroup, !rows.isEmpty {
                part +=
                    "\n\n"
                    + table(["word", "meaning"], lines(of: rows))
            }
            return (path.count > 1 ? [part] : []) + own
        }
        return page(
            "Verbs and options",
            """
            Every verb of `lightbox`. `lightbox VERB --help` says the same on a terminal, `man lightbox-VERB` where the
            program is installed. The settings of `train` are in [settings.md](settings.md). `--version` and `--help`
            are options of every verb.
            """, parts(of: try ProgramHelp.read().command, below: []))
    }

    /// A row a word; a flag and its opposite, which help explains together, are one row.
    private static func lines(of arguments: [ProgramHelp.Argument]) -> [[String]] {
        var lines: [[String]] = []
        for argument in arguments {
            if argument.label.hasPrefix("--no-"), let last = lines.last,
                last[0] == "`--\(argument.label.dropFirst(5))`"
            {
                let standard = argument.defaultValue.map { " Default: \($0)." } ?? ""
                lines[lines.count - 1] = [
                    "\(last[0]), `\(argument.label)`", argument.meaning + standard,
                ]
            } else {
                lines.append(["`\(argument.label)`", argument.meaning])
            }
        }
        return lines
    }

    // MARK: Settings

    private static func settings() -> String {
        let rows = TrainingSettings.fields.map { field in
            [
                "`\(field.name)`", field.help, field.kind.expectation, field.defaultValue.text,
                SettingUse.all[field.name]?.words ?? "all runs",
            ]
        }
        return page(
            "Settings",
            """
            Settings stand below `train:` of an experiment file, or behind `lightbox train` as options; in a file a
            list is an axis of the grid ([experiments.md](../experiments.md)). A run records, and is told apart by, those that it
            uses.
            """,
            [table(["setting", "meaning", "may be", "default", "used by"], rows)])
    }

    // MARK: Names

    private static func names() -> String {
        func part(_ title: String, _ rows: [[String]]) -> String {
            "## \(title)\n\n"
                + table(["name", "title", "source"], rows.map { ["`\($0[0])`"] + $0.dropFirst() })
        }
        return page(
            "Names",
            """
            What `model`, `loss`, `procedure`, `dataset` and `optimizer` of an experiment file may be called, and which
            reports and launchers there are. [methods.md](../methods.md) has the equations.
            """,
            [
                part("Networks", ModelRegistry.all.map { [$0.name, $0.title, $0.citation] }),
                part(
                    "Classifiers", ClassifierRegistry.all.map { [$0.name, $0.title, $0.citation] }),
                part("Losses", LossRegistry.all.map { [$0.name, $0.title, $0.citation] }),
                part("Procedures", ProcedureRegistry.all.map { [$0.name, $0.title, $0.citation] }),
                part("Optimisers", OptimizerRegistry.all.map { [$0.name, $0.name, $0.citation] }),
                part(
                    "Data sets",
                    DatasetRegistry.all.map {
                        [$0.name, $0.title, "\($0.citation); \($0.licence)"]
                    }),
                part("Reports", ReportRegistry.all.map { [$0.name, $0.title, $0.summary] }),
                part("Launchers", LauncherRegistry.all.map { [$0.name, $0.name, $0.summary] }),
            ])
    }

    // MARK: Metrics

    /// The comments above the entries, by the entries' names: they print the formulas.
    private static func comments() throws -> [String: String] {
        var comments: [String: String] = [:]
        let entry = #/((?: *\/\/\/.*\n)+) *(?:public )?static let \w+ = (\w+)\(\s*"([^"]+)"/#
        for path in try Repository.files(below: "Sources/Metrics", ending: ".swift") {
            for match in try Repository.text(path).matches(of: entry) {
                let kind =
                    switch match.2 {
                    case "ClassificationMetricEntry": "class:"
                    case "ClasswiseMetricEntry": "each:"
                    case "published": "published/"
                    default: ""
                    }
                let text = match.1.split(separator: "\n").map {
                    $0.trimmingCharacters(in: .whitespaces).dropFirst(3)
                        .trimmingCharacters(in: .whitespaces)
                }
                comments[kind + match.3] = text.joined(separator: " ")
            }
        }
        return comments
    }

    private static func metrics() throws -> String {
        let comments = try comments()
        func row(_ name: String, _ title: String, _ citation: String, _ key: String) throws
            -> [String]
        {
            let text = try #require(comments[key], "\(key) has no comment with its formula")
            return ["`\(name)`", title, text, citation]
        }
        func part(_ title: String, _ text: String, _ rows: [[String]]) -> String {
            "## \(title)\n\n\(text)\n\n" + table(["name", "title", "formula", "source"], rows)
        }
        func masks(_ entries: [MetricEntry]) throws -> [[String]] {
            try entries.map { try row($0.name, $0.title, $0.citation, $0.name) }
        }
        return page(
            "Metrics",
            """
            TP, FP, FN and TN are the pixels of an image that are right or wrong, at a probability of 0.5. Every metric
            is stored for each test image (`image_metric`), and for the whole split as the mean over images and pooled
            over all pixels (`result`). With several structures each has its own value, `dice/heart`.

            Distances are in pixels of the resized image (the setting `image`), of which both sides are scaled on their
            own. `lightbox predict --mask` measures on the pixels of each file instead, and in millimetres too where its
            spacing is known; the two numbers are not the same.
            """,
            [
                part("Masks", "The standard set.", try masks(MetricRegistry.standard)),
                part(
                    "Masks, as the published tables have them",
                    """
                    Compare with the papers by these only. Polarity is what the paper takes for positive: the lung in
                    some data sets, the background in others.
                    """, try masks(MetricRegistry.published)),
                part(
                    "Classes", "Of a whole split.",
                    try ClassificationMetricRegistry.all.map {
                        try row($0.name, $0.title, $0.citation, "class:" + $0.name)
                    }),
                part(
                    "Each class", "One class against the others (`class_metric`).",
                    try ClasswiseMetricRegistry.all.map {
                        try row($0.name, $0.title, $0.citation, "each:" + $0.name)
                    }),
                """
                ## Probabilities at the edge

                `boundary-ece` and `boundary-brier` are the expected calibration error in ten bins and the mean of
                (p − y)² over the pixels at most \(BoundaryCalibration.band) pixels from the drawn outline.
                """,
            ])
    }
}
