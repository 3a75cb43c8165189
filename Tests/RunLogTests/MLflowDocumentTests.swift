import Foundation
import Testing

@testable import RunLog

/// docs/logging.md lists every call, and no other.
@Suite struct MLflowDocumentTests {
    private static let rows = MLflowCall.all.map { call in
        let path = call.path + (call.path.hasSuffix("/") ? "…" : "")
        let answer =
            call.refusal.map { "refused: " + $0 } ?? call.methods.sorted().joined(separator: " or ")
        return "| `\(path)` | \(answer) |"
    }

    @Test func everyCallIsListed() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appendingPathComponent("docs/logging.md"), encoding: .utf8)
        let section = text.components(separatedBy: "## MLflow's clients")[1]
            .components(separatedBy: "\n## ")[0]
        let listed = section.split(separator: "\n").map(String.init).filter {
            $0.hasPrefix("| `") && !$0.contains("mlflow-artifacts") && !$0.contains("/health")
        }
        #expect(listed == Self.rows)
    }
}
