import Foundation
import RunStore
import Testing

@testable import Server

@Suite struct PageTests {
    @Test(arguments: ServedStore.pages + ["/experiments/pair", "/experiments/pair/report"])
    func everyPageIsAnswered(target: String) async throws {
        let served = try ServedStore()
        defer { served.end() }
        try served.fill()
        let answer = try await served.answer(target)
        #expect(answer.hasPrefix("200 <!DOCTYPE html>"), "\(answer.prefix(600))")
        #expect(answer.contains("<main"))
    }

    /// Behind the last page of a list there is an empty one.
    @Test(arguments: [
        "/?page=99", "/?page=1000001", "/runs/1/images?page=99", "/?group=seeds&page=9",
    ])
    func behindTheLastPageIsNothing(target: String) async throws {
        let served = try ServedStore()
        defer { served.end() }
        try served.fill()
        #expect(try await served.answer(target).hasPrefix("200 "))
    }

    /// A store without a run has pages too.
    @Test(arguments: ["/", "/?group=seeds", "/compare", "/experiments", "/reports", "/sql"])
    func anEmptyStoreHasPages(target: String) async throws {
        let answer = try await ServedStore().answer(target)
        #expect(answer.hasPrefix("200 "), "\(answer.prefix(600))")
    }

    @Test(arguments: [
        "/nothing", "/runs/99", "/runs/a", "/runs/0", "/runs/-1", "/runs/1/nothing",
        "/experiments/nothing", "/experiments/nothing/report", "/reports/nothing",
        "/runs/1/picture?image=IMG_3",
        "/compare?runs=1,98", "/runs/1?with=97", "/runs/99999999999999999999",
    ]) func whatIsNotThereSaysSo(target: String) async throws {
        let served = try ServedStore()
        defer { served.end() }
        try served.fill()
        let answer = try await served.answer(target)
        #expect(answer.hasPrefix("404 "), "\(answer.prefix(600))")
        #expect(answer.contains("role=\"alert\""))
    }

    /// Of several structures the colour says which, and the kind of line whose.
    @Test(arguments: [
        (["mask"], "Broken blue line: target. Full orange line: prediction."),
        (
            ["lungs", "heart <b>"],
            "colour: lungs blue, heart &lt;b&gt; orange. Broken line: target. Full line: prediction."
        ),
    ])
    func theLegendIsThatOfThePictures(structures: [String], legend: String) async throws {
        let served = try ServedStore()
        defer { served.end() }
        try served.fill()
        served.origin = .kept(structures: structures)
        let page = try await served.answer("/runs/1/images")
        #expect(page.contains(legend), "\(page)")
        #expect(page.contains("Broken blue") == (structures.count == 1))
    }

    /// Where the masks come from is said, and why there are none.
    @Test(
        arguments: [
            (.kept(structures: ["mask"]), "The masks are those that the run kept", true),
            (
                .weights(structures: ["mask"], instead: nil),
                "The masks are made from the run's weights.", true
            ),
            (
                .weights(structures: ["mask"], instead: "x <b> is damaged"),
                "for those that it kept are not used: x &lt;b&gt; is damaged.", true
            ),
            (
                .unavailable(reason: "run 1 has <i> no weights"),
                "not shown: run 1 has &lt;i&gt; no weights.", false
            ),
            (nil, "not shown: start lightbox serve with --data FOLDER.", false),
        ] as [(Site.MaskOrigin?, String, Bool)])
    func thePageSaysWhereTheMasksComeFrom(
        origin: Site.MaskOrigin?, sentence: String, isDrawn: Bool
    ) async throws {
        let served = try ServedStore()
        defer { served.end() }
        try served.fill()
        served.origin = origin
        let page = try await served.answer("/runs/1/images")
        #expect(page.contains(sentence), "\(page)")
        #expect(page.contains("<img") == isDrawn)
    }

    /// Results are what a store says: without end, and with a mean beyond all numbers.
    @Test(arguments: [
        (Double.infinity, 0.5), (-.infinity, .infinity), (1e308, 1e308), (1.7e308, -1.7e308),
        (0.5, 0.5.nextUp),
    ])
    func everyPageShowsEveryResult(dices: (Double, Double)) async throws {
        let served = try ServedStore()
        defer { served.end() }
        try served.fill(dices: dices)
        for target in ServedStore.pages + ["/experiments/pair", "/experiments/pair/report"] {
            let answer = try await served.answer(target)
            #expect(answer.hasPrefix("200 "), "\(target): \(answer.prefix(300))")
        }
    }

    @Test func aRunsPageHasItsResultsOnOtherDataSets() async throws {
        let served = try ServedStore()
        defer { served.end() }
        try served.fill()
        let page = try await served.answer("/runs/1")
        #expect(page.contains("Results on other data sets") && page.contains("<td>scx</td>"))
        #expect(page.contains("0.625"))
        #expect(try await !served.answer("/runs/3").contains("Results on other data sets"))
        #expect(try await served.answer("/reports/external").contains("Tested on"))
    }

    @Test func theListSortsFiltersAndGroups() async throws {
        let served = try ServedStore()
        defer { served.end() }
        try served.fill()
        let all = try await served.answer("/")
        #expect(all.components(separatedBy: "compare run ").count == 7)
        #expect(all.contains("the loss is NaN"))
        let some = try await served.answer("/?where=loss%20%3D%20'kltv'")
        #expect(some.components(separatedBy: "compare run ").count == 3)
        let wrong = try await served.answer("/?where=los%20%3D%201")
        #expect(wrong.contains("role=\"alert\"") && wrong.contains("loss"))
        let groups = try await served.answer("/?group=seeds")
        #expect(groups.contains("0.915 ± 0.000"))
        let sorted = try await served.answer("/?sort=test_dice")
        #expect(sorted.contains("aria-sort=\"descending\""))
    }

    /// The quick way to a part of all runs gives what the general one gives.
    @Test func partsOfTheListAreTheSameByAnyWay() throws {
        let served = try ServedStore()
        defer { served.end() }
        try served.fill(seeds: [1, 2, 3])
        let store = try served.site().store()
        for isDescending in [true, false] {
            for offset in [0, 2, 8, 20] {
                var request = RunList.Request()
                (request.isDescending, request.offset, request.limit) = (isDescending, offset, 3)
                let quick = try store.runList(request)
                request.condition = try QueryCondition("1")
                let general = try store.runList(request)
                #expect(quick.rows.map(\.run) == general.rows.map(\.run))
                #expect(quick.total == 9 && general.total == 9)
            }
        }
    }

    @Test(arguments: ["/style.css", "/page.js", "/favicon.ico"])
    func whatPagesNeedIsServed(target: String) async throws {
        let served = try ServedStore()
        defer { served.end() }
        #expect(try await served.answer(target).hasPrefix("200 "))
        #expect(try await served.answer("/").contains("href=\"/style.css\""))
    }

    @Test func settingsThatAreNotTheDefaultAreNamed() async throws {
        let served = try ServedStore()
        defer { served.end() }
        try served.fill()
        #expect(try await served.answer("/runs/1").contains("width 8 (default 16)"))
    }

    @Test func reportsAreTheFilesBytes() async throws {
        let served = try ServedStore()
        defer { served.end() }
        try served.fill()
        let answer = try await served.answer("/reports/leaderboard")
        #expect(answer.contains("<style>") && !answer.contains("/style.css"))
    }
}
