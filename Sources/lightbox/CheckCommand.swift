import ArgumentParser
import Foundation
import RunStore

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
        case .text: showText(inspection)
        case .json: print(Self.json(inspection))
        }
        if !inspection.findings.isEmpty { throw CommandFailure(.failed) }
    }

    private func showText(_ inspection: StoreInspection) {
        for finding in inspection.findings { print(finding.description) }
        guard inspection.findings.isEmpty else { return }
        print(
            "\(storeOption.store): all is well: \(inspection.runs) runs, \(inspection.points) points "
                + "of curves, \(inspection.values) values of images, \(inspection.files) files")
        if inspection.unsealed > 0 {
            print(
                "\(inspection.unsealed) runs have no seal, because an earlier Lightbox made them: of "
                    + "their numbers only those that others repeat were compared")
        }
    }

    private static func json(_ inspection: StoreInspection) -> String {
        let counts = [
            "runs": inspection.runs, "points": inspection.points, "values": inspection.values,
            "files": inspection.files, "unsealed": inspection.unsealed,
        ]
        var members = counts.mapValues { ConfigurationValue.integer(Int64($0)) }
        members["findings"] = .list(
            inspection.findings.map {
                .object(["kind": .text($0.kind.rawValue), "message": .text($0.message)])
            })
        return ConfigurationValue.object(members).canonicalJSON
    }
}
