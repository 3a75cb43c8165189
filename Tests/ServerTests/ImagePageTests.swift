import Foundation
import RunStore
import Testing

@testable import Server

/// The page of one test image, alone and beside another run, and what leads there.
@Suite struct ImagePageTests {
    let served: ServedStore

    init() throws {
        served = try ServedStore()
        served.origin = .kept(structures: ["mask"])
    }

    private func page(_ target: String) async throws -> String {
        defer { served.end() }
        try served.fill(steps: (0.01, -0.02))
        return try await served.answer(target)
    }

    @Test func anImageAlone() async throws {
        let page = try await page("/runs/1/image?image=IMG_4")
        #expect(page.hasPrefix("200 ") && page.contains("<h1>IMG_4</h1>"))
        #expect(page.components(separatedBy: "<img ").count == 2)
        #expect(page.contains("src=\"/runs/1/picture?image=IMG_4&amp;show=outlines&amp;large=1\""))
        #expect(page.contains("Run 1: Dice 0.880") && page.contains("<td>dice</td>"))
        // IMG_3 is lower, IMG_5 higher; other runs can be chosen.
        #expect(page.contains("href=\"/runs/1/image?image=IMG_3\">lower Dice</a>"))
        #expect(page.contains("href=\"/runs/1/image?image=IMG_5\">higher Dice</a>"))
        #expect(page.contains("<option value=\"2\">run 2, Dice 0.960</option>"))
        #expect(!page.contains("type=\"range\""))
        #expect(page.contains("The masks of run 1 are those that the run kept"))
    }

    /// Without a script both stand side by side, and what needs one is hidden.
    @Test func anImageBesideAnotherRun() async throws {
        let page = try await page("/runs/1/image?image=IMG_3&beside=2&show=error&weights=best")
        #expect(page.components(separatedBy: "<img ").count == 3)
        for run in [1, 2] {
            #expect(
                page.contains("/runs/\(run)/picture?image=IMG_3&amp;show=error&amp;large=1"),
                "\(page)")
        }
        #expect(page.contains("<div class=\"filter controls\" hidden>"))
        #expect(page.contains("data-view=\"side\""))
        #expect(page.contains("aria-pressed=\"false\">Turn every second"))
        #expect(page.contains("type=\"range\"") && page.contains("Orange where"))
        #expect(!page.contains("style=\"") && !page.contains("onclick"))
        // 0.87 and 0.98.
        #expect(page.contains("<td class=\"number\">+0.1100</td>"), "\(page)")
        // Other images stay beside the same run.
        #expect(page.contains("beside=2\">higher Dice</a>"))
    }

    @Test(arguments: [
        ("/runs/1/image", "image is missing"), ("/runs/1/image?image=IMG_9", "IMG_9"),
        ("/runs/1/image?image=..%2F..%2Fetc%2Fpasswd", "has no test image"),
        ("/runs/1/image?image=IMG_1", "has no test image"),
        ("/runs/1/image?image=IMG_3&weights=last", "of the last weights"),
        ("/runs/99/image?image=IMG_3", "99"), ("/runs/1/image?image=IMG_3&beside=99", "99"),
    ])
    func whatIsNotThereIsSaid(target: String, words: String) async throws {
        let page = try await page(target)
        #expect(page.hasPrefix("404 ") && page.contains("role=\"alert\""), "\(page.prefix(300))")
        #expect(page.contains(words), "\(page)")
    }

    /// Runs of other splits have tested other images: the image stands alone, and the way stays.
    @Test func anImageThatTheOtherRunHasNot() async throws {
        let page = try await page("/runs/1/image?image=IMG_3&beside=3")
        #expect(page.hasPrefix("200 ") && page.components(separatedBy: "<img ").count == 2)
        #expect(page.contains("role=\"alert\">Run 3 has not tested this image"))
        #expect(page.contains("beside=3\">higher Dice</a>") && !page.contains("type=\"range\""))
    }

    @Test func withoutPicturesTheReasonStandsThere() async throws {
        served.origin = .unavailable(reason: "run 1 has no <weights>")
        let page = try await page("/runs/1/image?image=IMG_3&beside=2")
        #expect(page.contains("The picture is not shown: run 1 has no &lt;weights&gt;."))
        #expect(!page.contains("<img ") && !page.contains("type=\"range\""))
        #expect(page.contains("What was measured"))
    }

    @Test func theGalleryLeadsToTheImages() async throws {
        let page = try await page("/runs/1/images?beside=2")
        #expect(page.contains("href=\"/runs/1/image?image=IMG_3&amp;beside=2\""), "\(page)")
    }

    /// Dots lead to both runs' image, and can be reached: a picture's parts could not.
    @Test func dotsOfTheComparisonLeadToTheirImage() async throws {
        let page = try await page("/compare?runs=1,2")
        let target = "<a href=\"/runs/1/image?image=IMG_3&amp;beside=2\" aria-label=\""
        #expect(page.components(separatedBy: target).count == 3, "Bland-Altman and scatter")
        #expect(page.contains("IMG_3: Dice 0.980 of run 2, 0.870 of run 1"))
        let drawn = page.components(separatedBy: "<svg xmlns")
        for figure in drawn where figure.contains(target) {
            #expect(figure.contains("role=\"group\"") && !figure.contains("role=\"img\""))
        }
    }

    private func rows(_ page: String) -> [String] {
        let section = page.components(separatedBy: "<section id=\"disagreement\"").last ?? ""
        return section.matches(of: #/<tr><td><a href="[^"]*">(IMG_[0-9])</a>/#).map {
            String($0.1)
        }
    }

    @Test(arguments: [
        ("", "345867"), ("&disagree=higher", "345678"), ("&disagree=lower", "876543"),
        ("&disagree=image", "345678"), ("&disagree=nonsense", "345867"),
    ])
    func imagesOnWhichTheyDisagree(order: String, images: String) async throws {
        // Differences: 0.11, 0.08, 0.05, 0.02, -0.01, -0.04.
        let page = try await page("/compare?runs=1,2" + order)
        #expect(rows(page) == images.map { "IMG_\($0)" }, "\(rows(page))")
        #expect(page.contains("<td class=\"number\">+0.1100</td>"))
        #expect(page.contains("<td class=\"number\">−0.0400</td>"))
        #expect(page.contains("href=\"/runs/1/image?image=IMG_3&amp;beside=2\">IMG_3</a>"))
    }

    /// Seeds of two settings are two groups; seeds of one setting are compared one by one.
    @Test func groupsAreTakenTogether() async throws {
        defer { served.end() }
        try served.fill(seeds: [1, 2, 3, 4, 5], steps: (0.01, -0.02))
        let groups = try await served.answer("/compare?runs=1,2,4,5")
        #expect(groups.contains("TV (runs 1, 4)") && groups.contains("KLTV (runs 2, 5)"))
        #expect(rows(groups).count == 6)
        let alone = try await served.answer("/compare?runs=1,4,7,10,13")
        #expect(rows(alone).count == 20 && alone.contains("20 of 24 are shown"))
        #expect(alone.contains("images=all#disagreement\">all</a>"))
        let all = try await served.answer("/compare?runs=1,4,7,10,13&images=all")
        #expect(rows(all).count == 24 && all.contains("All 24 are shown"))
        // A heading keeps what else the address says.
        #expect(all.contains("?images=all&amp;runs="))
        #expect(all.contains("&amp;disagree=image#disagreement\">Image</a>"))
    }
}
