import Foundation
import Testing
import Yams

/// What the outside world expects of a repository is there, parses, and says what is so.
@Suite struct RepositoryTests {
    /// The targets that lines of shell call.
    private static func called(_ script: String) -> [String] {
        script.split(whereSeparator: \.isNewline).flatMap { line -> [String] in
            let matches = line.matches(of: #/(?:^|[ (\[`"])make((?: [A-Za-z_=0-9.\/-]+)+)/#)
            return matches.flatMap { match in
                match.1.split(separator: " ").map(String.init).filter {
                    !$0.hasPrefix("-") && !$0.contains("=")
                }
            }
        }
    }

    @Test func workflowsCallTargetsThatAreThere() throws {
        let targets = try Repository.targets()
        var seen: Set<String> = []
        for file in try Repository.files(in: ".github/workflows") {
            let node = try #require(try Yams.compose(yaml: Repository.text(file)), "\(file)")
            for key in ["name", "on", "jobs", "permissions"] {
                #expect(node[key] != nil, "\(file) has no '\(key)'")
            }
            let jobs = try #require(node["jobs"]?.mapping)
            for (name, job) in jobs {
                #expect(job["runs-on"] != nil, "\(file): \(name)")
                for step in job["steps"]?.sequence ?? [] {
                    #expect((step["run"] != nil) != (step["uses"] != nil), "\(file): \(name)")
                    guard let run = step["run"]?.string, !run.contains("apt-get") else { continue }
                    seen.formUnion(Self.called(run))
                }
            }
        }
        #expect(seen.subtracting(targets).isEmpty, "\(seen.subtracting(targets))")
        #expect(
            seen.isSuperset(of: [
                "lint", "test", "asan", "fuzz", "fuzz-pages", "test-browser", "test-dist", "site",
            ]))
    }

    /// `make deps` installs what Package.swift says; docs/installing.md and the bill of materials name what
    /// of it the program needs where it runs.
    @Test func systemLibrariesAreTheSameEverywhere() throws {
        func words(_ text: Substring) -> Set<String> {
            Set(text.matches(of: #/[a-z][a-z0-9.-]+/#).map { String($0.0) })
        }
        let installed = words(
            try #require(
                try Repository.text("Makefile").firstMatch(of: #/PACKAGES := ((?:.*\\\n)*.*)/#)
            )
            .1)
        let declared = words(
            try Repository.text("Package.swift").matches(of: #/\.apt\(\[(.*?)\]\)/#)
                .map { String($0.1) }.joined(separator: " ")[...])
        // SQLite is declared by GRDB.
        #expect(installed == declared.union(["libsqlite3-dev"]))
        let document = try Repository.text("docs/installing.md")
        let named = words(try #require(document.firstMatch(of: #/apt install (lib.*?)`/#)).1)
        struct Library: Decodable { let headers: String? }
        let bill = try JSONDecoder().decode(
            [Library].self, from: Data(Repository.text("scripts/dist/libraries.json").utf8))
        // OpenBLAS is what kernels are compared with; the program has none of it.
        #expect(Set(bill.compactMap(\.headers)) == installed.subtracting(["libopenblas-dev"]))
        for package in installed.subtracting(["libopenblas-dev"]) {
            let stem = package.replacing("-dev", with: "")
            #expect(named.contains { $0.hasPrefix(stem) }, "docs/installing.md: \(stem)")
        }
    }

    /// A clone builds with the versions that were tried.
    @Test func versionsOfPackagesAreWrittenDown() throws {
        let resolved = try Repository.text("Package.resolved")
        let urls = try Repository.text("Package.swift").matches(of: #/url: "([^"]+)"/#)
        #expect(!urls.isEmpty && urls.allSatisfy { resolved.contains("\"\($0.1)\"") })
    }

    /// What the store is asked lies in RunStore, beside its tables: elsewhere are functions with names.
    @Test func questionsInSQLAreTheStores() throws {
        // What users are told that they may type.
        let shown = ["Sources/lightbox/QueryCommand.swift", "Sources/Server/Pages/QueryPage.swift"]
        let words = #/\b(SELECT|INSERT INTO|DELETE FROM|JOIN|WHERE|PRAGMA|ORDER BY|GROUP BY)\b/#
        var found: Set<String> = []
        for path in try Repository.files(below: "Sources", ending: ".swift")
        where !["Sources/RunStore/", "Sources/storebench/"].contains(where: path.hasPrefix) {
            let code = try Repository.text(path).replacing(#/(?m)^ *\/\/.*$/#, with: "")
            if code.contains(words) { found.insert(path) }
            #expect(!code.contains(#/\bimport GRDB/#), "\(path)")
        }
        #expect(found == Set(shown), "\(found.symmetricDifference(shown).sorted())")
    }

    /// One spelling in documents and comments: optimiser, gray, data set. Code between backticks, names of
    /// files and strings are apart.
    @Test func wordsAreSpelledInOneManner() throws {
        let other = #/(^|[^\w.\/:-])([Gg]rey\w*|[Oo]ptimizers?|[Dd]atasets?)(?![\w=(\/:-]|\.\w)/#
        let code = #/`[^`]*`|\]\([^)]*\)/#
        var documents = try Repository.files(in: "docs").filter { $0.hasSuffix(".md") }
        documents += try Repository.files(in: "docs/decisions") + ["README.md", "CONTRIBUTING.md"]
        for path in documents {
            let text = try Repository.text(path).replacing(#/(?m)^ *```[\s\S]*?^ *```/#, with: "")
                .replacing(code, with: "")
            let found = text.matches(of: other).map { String($0.2) }
            #expect(found.isEmpty, "\(path): \(found)")
        }
        for folder in ["Sources", "Tests"] {
            for path in try Repository.files(below: folder, ending: ".swift") {
                let text = try Repository.text(path)
                    .replacing(#/(?m)^ *\/\/\/ ```[\s\S]*?^ *\/\/\/ ```/#, with: "")
                let comments = text.matches(of: #/(?m)^ *\/\/+(.*)$/#)
                    .map { $0.1.replacing(code, with: "") }
                let found = comments.flatMap { $0.matches(of: other) }.map { String($0.2) }
                #expect(found.isEmpty, "\(path): \(found)")
            }
        }
    }

    /// Every document has its place in the site's contents, and no place is empty. Decisions are reached
    /// from their list.
    @Test func everyDocumentIsOnTheSite() throws {
        let site = try Repository.text("scripts/site/mkdocs.yml")
        let named = Set(site.matches(of: #/: ([\w\/-]+\.md)(?=\n)/#).map { String($0.1) })
        let documents = try (Repository.files(in: "docs") + Repository.files(in: "docs/reference"))
            .filter { $0.hasSuffix(".md") }
        #expect(Set(documents).isSubset(of: named), "\(Set(documents).subtracting(named))")
        for page in named {
            #expect(throws: Never.self, "\(page)") { try Repository.text(page) }
        }
    }

    /// `experiments/README.md` names the experiments that are there.
    @Test func everyExperimentIsListed() throws {
        let list = try Repository.text("experiments/README.md")
        let named = Set(list.matches(of: #/\]\(([\w-]+\.yaml)\)/#).map { "experiments/\($0.1)" })
        let files = try Repository.files(in: "experiments").filter { $0.hasSuffix(".yaml") }
        #expect(named == Set(files))
    }

    @Test func formsParse() throws {
        var files =
            try Repository.files(in: ".github/ISSUE_TEMPLATE") + ["CITATION.cff", ".spi.yml"]
        files += try Repository.files(in: "experiments").filter { $0.hasSuffix(".yaml") }
        for file in files {
            #expect(try Yams.compose(yaml: Repository.text(file))?.mapping != nil, "\(file)")
        }
        for file in try Repository.files(in: ".github/ISSUE_TEMPLATE")
        where !file.hasSuffix("config.yml") {
            let form = try #require(try Yams.compose(yaml: Repository.text(file)))
            #expect(form["name"] != nil && form["description"] != nil && form["body"] != nil)
        }
    }

    @Test func theVersionIsTheSameEverywhere() throws {
        let version = try #require(
            try Repository.text("Sources/lightbox/Version.swift")
                .firstMatch(of: #/static let text = "(.+)"/#)?.1)
        let citation = try #require(try Yams.compose(yaml: Repository.text("CITATION.cff")))
        #expect(citation["version"]?.scalar?.string == String(version))
        #expect(citation["license"]?.string == "Apache-2.0")
        let program = try Program().run("--version").output
        #expect(program.hasPrefix(version + " ("))
        // Files of a release that documents name.
        let files = try Repository.text("docs/installing.md")
            .matches(of: #/lightbox[_-](\d+\.\d+\.\d+)/#)
        #expect(!files.isEmpty && files.allSatisfy { $0.1 == version })
        // The newest entry is this version's; the day is that of the citation.
        let entries = try Repository.text("CHANGELOG.md")
            .matches(of: #/(?m)^## (\d+)\.(\d+)\.(\d+) \((\d{4}-\d\d-\d\d)\)$/#)
        let newest = try #require(entries.first)
        #expect(newest.0.hasPrefix("## \(version) ("))
        #expect(citation["date-released"]?.scalar?.string == String(newest.4))
        let numbers = entries.compactMap { entry in
            [entry.1, entry.2, entry.3].compactMap { Int($0) }
        }
        let days = entries.map { String($0.4) }
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $1.lexicographicallyPrecedes($0) })
        #expect(days == days.sorted(by: >) && entries.count > 1)
        let headings = try Repository.text("CHANGELOG.md").matches(of: #/(?m)^## /#)
        #expect(headings.count == entries.count, "an entry without version or day")
    }

    /// The image runs as nobody in particular, and its stages are there.
    @Test func theImageHasNoRights() throws {
        let lines = try Repository.text("Dockerfile").split(separator: "\n").map(String.init)
        let stages = lines.compactMap {
            $0.firstMatch(of: #/^FROM .* AS (\w+)$/#).map { String($0.1) }
        }
        #expect(stages == ["build", "local", "package"])
        let users = lines.filter { $0.hasPrefix("USER ") }
        #expect(users == ["USER lightbox"])
        let last = try #require(lines.lastIndex { $0.hasPrefix("FROM ") })
        #expect(lines[last...].contains("USER lightbox"))
        #expect(lines.last == #"ENTRYPOINT ["lightbox"]"#)
        for line in lines where line.hasPrefix("COPY --from=") {
            #expect(stages.contains { line.hasPrefix("COPY --from=\($0) ") }, "\(line)")
        }
    }
}
