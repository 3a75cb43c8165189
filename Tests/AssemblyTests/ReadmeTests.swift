import Foundation
import Specification
import Testing

@testable import Assembly

/// The experiments that the README prints.
@Suite struct ReadmeTests {
    private static var blocks: [String] {
        let readme = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("README.md")
        let text = (try? String(contentsOf: readme, encoding: .utf8)) ?? ""
        return text.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
    }

    /// A table of the README's own grid takes nothing together but seeds.
    @Test func itsReportsListEveryAxisThatVaries() throws {
        let vocabulary = Zoo.standard.vocabulary(reports: ["sweep"])
        let specs = try Self.blocks.map {
            try Spec(text: $0, path: "README.md", vocabulary: vocabulary)
        }
        #expect(specs.count == 2)
        for spec in specs {
            guard let report = spec.report else { continue }
            let shown = Set(
                report.split(separator: " ").filter {
                    $0.hasPrefix("rows=") || $0.hasPrefix("columns=")
                }.flatMap { $0.split(separator: "=")[1].split(separator: ",").map(String.init) })
            let varied = spec.axes.filter { $0.values.count > 1 && $0.name != "seed" }.map(\.name)
            #expect(shown.isSuperset(of: varied), "\(spec.name)")
        }
    }
}
