import ArgumentParser
import Console
import Domain
import Foundation
import RunStore
import Wording

/// `lightbox check`
struct CheckCommand: ParsableCommand {
    /// Forms of the answer.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Look for damage in the store and the files of its runs.",
        discussion: """
            Looks at pages, indexes, the schema, types of cells and references; computes every \
            summary, mean and count again from its points and images; compares runs with their \
            configurations and seals, and files with their digests; lists files that nothing needs. \
            One line a finding; the status is 1 when there is one. Nothing is changed.
            """)

    @OptionGroup var storeOption: StoreOption

    @Option(help: "text, or json: an object with the findings.")
    var format = Format.text

    @Flag(inversion: .prefixedNo, help: "Look at the files of runs too.")
    var files = true

    func run() throws {
        let inspection = try RunStore.inspect(storeOption.url, files: files)
        switch format {
        case .text: try showText(inspection)
        case .json: try Printer.standard.write(Self.json(inspection) + "\n")
        }
        if !inspection.findings.isEmpty { throw CommandFailure(.failed) }
    }

    private func showText(_ inspection: StoreInspection) throws {
        try Printer.standard.print(inspection.findings.map(\.description))
        guard inspection.findings.isEmpty else { return }
        try Printer.standard.print(
            "\(storeOption.store): all is well: \(Plural.count(inspection.runs, "run")), "
                + "\(Plural.count(inspection.points, "point")) of curves, "
                + "\(Plural.count(inspection.values, "value")) of images, "
                + Plural.count(inspection.files, "file"))
        if inspection.unsealed > 0 {
            try Printer.standard.print(
                "\(Plural.count(inspection.unsealed, "run")) of an earlier Lightbox without seals, sealed "
                    + "when the store was brought up to date: of what was before only numbers that "
                    + "others repeat were compared")
        }
    }

    private static func json(_ inspection: StoreInspection) -> String {
        let counts = [
            "runs": inspection.runs, "points": inspection.points, "values": inspection.values,
            "files": inspection.files, "unsealed": inspection.unsealed,
        ]
        var members = counts.mapValues { JSONValue.integer(Int64($0)) }
        members["findings"] = .list(
            inspection.findings.map {
                .object(["kind": .text($0.kind.rawValue), "message": .text($0.message)])
            })
        return JSONValue.object(members).canonicalJSON
    }
}
