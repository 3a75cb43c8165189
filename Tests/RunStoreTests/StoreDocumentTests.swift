import Domain
import Foundation
import GRDB
import RunStore
import Testing

/// docs/store.md says what the store is.
@Suite struct StoreDocumentTests {
    static let url = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("docs/store.md")
    static let marker =
        "<!-- From here on made by `RECORD_SNAPSHOTS=1 swift test --filter StoreDocumentTests`. -->\n\n"

    /// The example queries by title.
    static func examples() throws -> [(title: String, sql: String)] {
        let text = try String(contentsOf: url, encoding: .utf8)
        return text.components(separatedBy: "\n### ").dropFirst().compactMap { section in
            let parts = section.components(separatedBy: "```sql\n")
            guard parts.count == 2, let title = section.split(separator: "\n").first else {
                return nil
            }
            return (String(title), parts[1].components(separatedBy: "```")[0])
        }
    }

    @Test func everyTableAndColumnIsDescribed() throws {
        let text = try String(contentsOf: Self.url, encoding: .utf8)
        let parts = text.components(separatedBy: Self.marker)
        try #require(parts.count == 2)
        let schema = try RunStore.schemaMarkdown()
        if parts[1] != schema, ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
            try Data((parts[0] + Self.marker + schema).utf8).write(to: Self.url)
        }
        #expect(parts[1] == schema)
    }

    @Test func theDescriptionsNameWhatThereIs() throws {
        let folder = try Folder()
        try folder.store().close()
        let text = try RunStore.schemaText()
        let described = text.components(separatedBy: "\n\n").map { block -> [String] in
            let lines = block.split(separator: "\n")
            let name = String(lines[0].prefix { $0 != ":" })
            return lines.dropFirst().map { line in
                name + "." + (line.split(separator: " ").first.map(String.init) ?? "")
            }
        }.joined()
        let queue = try DatabaseQueue(path: folder.path())
        let actual = try queue.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT t.name || '.' || c.name FROM sqlite_master t, pragma_table_info(t.name) c
                    WHERE t.type IN ('table', 'view') AND t.name NOT LIKE 'sqlite_%'
                        AND t.name <> 'grdb_migrations'
                    """)
        }
        #expect(Set(described).subtracting(actual) == [])
        #expect(Set(actual).subtracting(described) == [])
        // In the order of the table, too.
        let runs = actual.filter { $0.hasPrefix("run.") }
        #expect(described.filter { $0.hasPrefix("run.") } == runs)
    }

    @Test func theExamplesAnswer() throws {
        let folder = try Folder()
        let store = try folder.store()
        var dice = 0.80
        for seed: UInt64 in 1...2 {
            for loss in ["tv", "kltv"] {
                for model in ["unet", "ppau-net"] {
                    dice += 0.01
                    try Fixture.complete(
                        Fixture.cell(model: model, loss: loss, seed: seed), dice: dice, in: store)
                }
            }
        }
        let failing = try #require(try store.plan([Fixture.cell(seed: 9)]).first).id
        let lease = try #require(
            try store.claim(failing, for: Worker(), environment: Fixture.environment))
        try lease.fail("the loss is not finite at epoch 2, step 3")

        let examples = try Self.examples()
        #expect(examples.count >= 10)
        let reader = try folder.store("runs.db", .readOnly)
        var answers: [String: QueryResult] = [:]
        for (title, sql) in examples {
            let answer = try reader.query(sql)
            #expect(!answer.rows.isEmpty, "\(title)")
            #expect(answer.rows.allSatisfy { $0.allSatisfy { $0 != .null } }, "\(title)")
            answers[title] = answer
        }
        let best = try #require(
            answers["1. Best validation Dice per data set, model and loss"])
        #expect(
            best.rows.map { $0.prefix(4) } == [
                [.text("mcx"), .text("ppau-net"), .text("kltv"), .integer(2)],
                [.text("mcx"), .text("unet"), .text("kltv"), .integer(2)],
                [.text("mcx"), .text("ppau-net"), .text("tv"), .integer(2)],
                [.text("mcx"), .text("unet"), .text("tv"), .integer(2)],
            ])
        #expect(abs(try #require(best.rows[0][4].number) - 0.88) < 1e-12)
        let images = try #require(
            answers["2. The five test images on which the runs disagree most"])
        #expect(images.rows.count == 5)
        // ppau-net is 0.01 above unet on average; on image 8 it is 0.03 above, on image 5 equal.
        #expect(images.rows.first?[1] == .text("image8"))
        #expect(images.rows.last?[1] == .text("image5"))
        let errors = try #require(answers["4. What failed, and why"])
        #expect(errors.rows.first?.last == .text("the loss is not finite at epoch 2, step 3"))
        let published = try #require(answers["7. Our runs beside the published figures"])
        #expect(published.rows.count == 4)
    }

    /// A newcomer's first SQL, right after a clone, on results of real runs.
    @Test func theExamplesAnswerOnTheShippedStore() throws {
        let shipped = Self.url.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("results/shipped/results.db")
        let size = try FileManager.default.attributesOfItem(atPath: shipped.path)[.size] as? Int
        #expect(try #require(size) <= 10_000_000)
        let store = try RunStore(at: shipped, mode: .readOnly)
        for (title, sql) in try Self.examples() {
            let answer = try store.query(sql)
            // Nothing need have failed, and no image need be hard.
            let mayBeEmpty = title.hasPrefix("4.") || title.hasPrefix("8.")
            #expect(mayBeEmpty || !answer.rows.isEmpty, "\(title)")
        }
    }
}
