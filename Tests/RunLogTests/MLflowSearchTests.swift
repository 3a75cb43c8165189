import Domain
import Foundation
import RunStore
import Testing

@testable import RunLog

/// MLflow's searches: filters, orders and pages.
@Suite struct MLflowSearchTests {
    let tracked: TrackedStore

    /// Three runs: `a` finished, `b` failed, `c` at work and without a loss.
    init() throws {
        tracked = try TrackedStore()
        for (index, name) in ["a", "b", "c"].enumerated() {
            let id = try tracked.begin(
                name, tags: "[{\"key\": \"mlflow.user\", \"value\": \"user \(name)\"}]")
            let loss =
                name == "c"
                ? "[]" : "[{\"key\": \"val/loss\", \"value\": \(Double(index) / 2), \"step\": 1}]"
            try tracked.call(
                "runs/log-batch",
                """
                {"run_id": "\(id)", "metrics": \(loss),
                 "params": [{"key": "lr", "value": "0.\(index + 1)"}, {"key": "my net", "value": "UNet\(name)"}],
                 "tags": [{"key": "who.ever", "value": "100% [\(name)]"}]}
                """)
            let statuses = ["FINISHED", "FAILED"]
            if index < 2 {
                try tracked.call(
                    "runs/update", "{\"run_id\": \"\(id)\", \"status\": \"\(statuses[index])\"}")
            }
        }
    }

    @Test(arguments: [
        ("", "abc"), ("metrics.`val/loss` < 0.5", "a"), ("metrics.\"val/loss\" >= 0", "ab"),
        ("metric.val/loss = 0.5", "b"), ("metrics.val/loss != 0.5", "a"), ("metrics.none > 0", ""),
        ("params.lr = '0.1'", "a"), ("params.lr = \"0.1\"", "a"), ("param.lr != '0.1'", "bc"),
        ("parameters.`my net` LIKE 'UNet%'", "abc"), ("params.`my net` LIKE 'unet%'", ""),
        ("params.`my net` ILIKE 'unet_'", "abc"), ("params.`my net` like '%[b]'", ""),
        ("tags.who.ever LIKE '100! %'", ""), ("tags.who.ever LIKE '%[b]'", "b"),
        ("tags.`who.ever` = '100% [c]'", "c"), ("tags.mlflow.user = 'user a'", "a"),
        ("tags.mlflow.runName = 'b'", "b"), ("tags.none IS NULL", "abc"),
        ("metrics.val/loss IS NOT NULL", "ab"), ("attributes.status = 'FINISHED'", "a"),
        ("status != 'RUNNING'", "ab"), ("status IN ('FAILED', 'RUNNING')", "bc"),
        ("attributes.run_name NOT IN ('a')", "bc"), ("run_name LIKE '_'", "abc"),
        ("`run name` = 'c'", "c"), ("user_id = 'user c'", "c"),
        ("attributes.start_time > 1759999999999", "abc"), ("start_time < 1760000000000", ""),
        ("end_time > 0", "ab"), ("params.lr > '0'", "refused"),
        ("metrics.val/loss < 0.5 and params.lr = '0.1' AND status = 'FINISHED'", "a"),
        ("metrics.val/loss < 1e3 AND metrics.val/loss > -1", "ab"), ("run_name = 'it''s'", ""),
    ]) func filters(filter: String, runs: String) throws {
        guard runs != "refused" else {
            #expect(throws: MLflowFault.self) { try tracked.search(filter) }
            return
        }
        #expect(try tracked.search(filter, order: "run_name").joined() == runs)
    }

    @Test(arguments: [
        "metrics.loss", "metrics.loss <", "metrics.loss < 'a'", "metrics.loss < 1 OR metrics.b < 2",
        "metrics. < 1", "metrics.loss LIKE 'a'", "= 1", "metrics.loss < 1 AND", "AND", "'a' = 'b'",
        "params.lr = 1", "params.lr IN ('a')", "params.lr = 'a", "params.`lr = 'a'",
        "(status = 'a')",
        "status IN ()", "status IN ('a'", "status IN ('a',)", "nothing.x = 'a'", "colour = 'a'",
        "start_time = 'a'", "start_time IN ('a')", "status ! 'a'", "status = 'a'; DROP TABLE run",
        "metrics.loss < 1e999", "metrics.loss < --1", "metrics.loss < 1.2.3", "datasets.name = 'a'",
        "status IS 'a'", "status NOT LIKE 'a'", "\u{0}", "status = 'a' -- b",
        "metrics.loss < 1 metrics.loss < 2",
    ]) func nonsenseIsRefused(filter: String) {
        do {
            _ = try tracked.search(filter)
            Issue.record("taken: \(filter)")
        } catch let fault as MLflowFault {
            #expect([.invalid, .notImplemented].contains(fault.code), "\(fault)")
            #expect(!fault.message.isEmpty)
        } catch {
            Issue.record("\(error)")
        }
    }

    /// Texts of a filter are values, whatever they say.
    @Test func noTextOfAFilterIsSQL() throws {
        for text in ["' OR 1=1 --", "'; DELETE FROM run; --", "%", "*", "[", "\u{202E}"] {
            let quoted = text.replacing("'", with: "''")
            #expect(try tracked.search("run_name = '\(quoted)'").isEmpty)
            #expect(try tracked.search("tags.`\(text.replacing("`", with: ""))` = 'x'").isEmpty)
        }
        #expect(try tracked.search("run_name LIKE '*'").isEmpty)
        #expect(try tracked.search("").count == 3)
    }

    @Test func longFiltersAreRefused() {
        let many = Array(repeating: "status = 'a'", count: 65).joined(separator: " AND ")
        let long = "status = '\(String(repeating: "a", count: 20_000))'"
        let list = "status IN (\(Array(repeating: "'a'", count: 1001).joined(separator: ",")))"
        for filter in [many, long, list] {
            #expect(throws: MLflowFault.self) { try tracked.search(filter) }
        }
    }

    @Test(arguments: [
        ("metrics.val/loss", "abc"), ("metrics.`val/loss` DESC", "bac"), ("params.lr DESC", "cba"),
        ("attributes.run_name ASC", "abc"), ("run_name desc", "cba"), ("tags.who.ever", "abc"),
        ("start_time", "cba"), ("status", "bac"),
    ]) func orders(order: String, runs: String) throws {
        #expect(try tracked.search("", order: order).joined() == runs)
    }

    @Test(arguments: [
        "", "metrics", "metrics.a UP", "nothing.a", "a b", "metrics.a DESC DESC", "1",
    ])
    func ordersThatAreNone(order: String) throws {
        let key = JSONValue.text(order).canonicalJSON
        let fault = tracked.refusal(
            "runs/search", "{\"experiment_ids\": [\"0\"], \"order_by\": [\(key)]}")
        #expect(fault?.code == .invalid)
    }

    @Test func pages() throws {
        var found: [String] = []
        var token = ""
        repeat {
            let page = try tracked.call(
                "runs/search",
                """
                {"experiment_ids": ["0"], "order_by": ["run_name"], "max_results": 2,
                 "page_token": "\(token)"}
                """)
            found += page["runs"].list.map { $0["info"]["run_name"].text }
            token = page["next_page_token"].text
        } while !token.isEmpty
        #expect(found == ["a", "b", "c"])
        let none = try tracked.call("runs/search", "{\"experiment_ids\": [\"999\"]}")
        #expect(none["runs"].list.isEmpty)
    }

    /// Any bytes are read or refused.
    @Test func anyFilterHasAnAnswer() throws {
        let words = [
            "metrics", ".", "params", "tags", "attributes", "status", "`", "'", "\"", "=", "!=",
            "<",
            ">=", "LIKE", "ILIKE", "IN", "NOT", "IS", "NULL", "AND", "(", ")", ",", "1", "-1e5",
            "a",
            "é", " ", "\\", ";", "--", "%", "0x1", "+",
        ]
        var state: UInt64 = 7
        func next(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        var taken = 0
        for _ in 0..<4000 {
            let text = (0...next(9)).map { _ in words[next(words.count)] }
                .joined(separator: next(2) == 0 ? " " : "")
            do {
                _ = try MLflowFilter.conditions(text, of: next(2) == 0 ? .runs : .experiments)
                taken += 1
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
        #expect(taken < 4000)
    }
}
