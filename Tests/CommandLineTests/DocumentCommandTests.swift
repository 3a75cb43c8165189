import ArgumentParser
import Foundation
import Testing

@testable import lightbox

/// Every command of README, of the pages below `docs` and of the lists beside experiments and results: it
/// works as it stands there, or says why no test runs it and is understood at least.
@Suite struct DocumentCommandTests {
    /// What a comment `<!-- not run: REASON -->` may say.
    private static let reasons: Set = [
        "compiles", "installs", "needs a cluster", "needs Docker", "needs Python",
        "needs the real images", "runs until Ctrl-C",
    ]
    private static let languages: Set = [
        "sh", "console", "text", "yaml", "csv", "sql", "json", "swift", "python",
    ]

    /// Documents with something that the program understands.
    private static func documents() throws -> [String] {
        try DocumentBlock.documents().filter {
            try DocumentBlock.all(in: $0).contains {
                $0.script != nil || $0.experiment != nil || $0.language == "sql"
            }
        }
    }

    @Test func everyBlockSaysWhatItIs() throws {
        var count = 0
        for document in try DocumentBlock.documents() {
            for block in try DocumentBlock.all(in: document) {
                let place = "\(document):\(block.line)"
                #expect(Self.languages.contains(block.language), "\(place): '\(block.language)'")
                if let reason = block.reason {
                    #expect(Self.reasons.contains(reason), "\(place): not run: \(reason)")
                    #expect(block.script != nil, "\(place) has no commands")
                }
                count += block.script == nil ? 0 : 1
            }
        }
        #expect(count > 30)
    }

    /// A document's blocks one after the other in one folder, as a reader types them. Experiment files are
    /// read as they stand there, and trained small; questions in SQL are asked.
    @Test(arguments: try documents()) func everyCommandWorks(document: String) throws {
        let program = try Workplace.folder(for: document)
        let path = "\(program.folder.path)/bin:/usr/bin:/bin"
        for block in try DocumentBlock.all(in: document) {
            let place = "\(document):\(block.line)"
            if let experiment = block.experiment {
                try program.write(block.text + "\n", to: experiment + ".yaml")
                let dry = try program.run("sweep", experiment + ".yaml", "--dry-run")
                #expect(dry.status == 0 && !dry.output.isEmpty, "\(place): \(dry.errors)")
                try program.write(Workplace.small(block.text) + "\n", to: experiment + ".yaml")
            } else if block.language == "sql" {
                let answer = try program.run("query", block.text)
                #expect(answer.status == 0, "\(place): \(answer.errors)")
            } else if let file = block.file {
                try program.write(block.text + "\n", to: file)
            }
            guard block.script != nil else { continue }
            let script = try Workplace.script(of: block)
            try expectUnderstood(script, at: place, in: program)
            guard block.reason == nil else { continue }
            let ending = try program.script(script, path: path, options: "-eu")
            #expect(ending.status == 0, "\(place): \(ending.errors)\(ending.output)")
        }
    }

    /// Verbs, options and targets are there.
    private func expectUnderstood(_ script: String, at place: String, in program: Program) throws {
        let targets = try Repository.targets()
        let calls = try RecordedCommands(of: script, in: program)
        let shown = script.matches(of: #/(?m)(^|[|&] )(lightbox|make) /#).count
        let lines = Set(script.split(separator: "\n").filter { $0.hasPrefix("make ") }).count
        #expect(
            calls.lightbox.count + min(lines, calls.targets.count) >= shown, "\(place): not reached"
        )
        for words in calls.lightbox {
            do {
                try OptionRepetition.check(words, of: VerbName.command(words, of: Lightbox.self))
                _ = try Lightbox.parseAsRoot(words)
            } catch  where Lightbox.exitCode(for: error) != .success {
                Issue.record("\(place): \(words): \(Lightbox.message(for: error))")
            } catch {}
        }
        for target in calls.targets {
            #expect(targets.contains(target), "\(place): make \(target)")
        }
    }

    /// Commands within the text name verbs, options and targets that are there.
    @Test func everyCommandInATextIsKnown() throws {
        let helps = try Dictionary(
            uniqueKeysWithValues: Verb.all().map { ($0.words.joined(separator: " "), $0.help) })
        let targets = try Repository.targets()
        var count = 0
        for document in try DocumentBlock.documents() {
            let text = try Repository.text(document)
                .replacing(#/(?m)^ *```[\s\S]*?^ *```/#, with: "")
            for match in text.matches(of: #/`(lightbox|make) ([^`]+)`/#) {
                count += 1
                let words = match.2.split(whereSeparator: \.isWhitespace).map(String.init)
                let place = "\(document): \(match.1) \(match.2)"
                guard match.1 == "lightbox" else {
                    let bare = match.2.replacing(#/"[^"]*"/#, with: "").split(separator: " ")
                    for word in bare.map(String.init) where !word.contains("=") {
                        #expect(targets.contains(word), "\(place)")
                    }
                    continue
                }
                var verb = ""
                for word in words {
                    let longer = verb.isEmpty ? word : verb + " " + word
                    guard helps[longer] != nil else { break }
                    verb = longer
                }
                let first = words.first ?? ""
                let isVerb = first.allSatisfy { $0.isLowercase && $0.isLetter }
                #expect(
                    verb != "" || ["help", "worker"].contains(first) || !isVerb, "\(place): no verb"
                )
                for word in words where word.hasPrefix("--") {
                    let option = word.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
                    let known = (helps[verb] ?? "") + "--generate-completion-script"
                    #expect(known.contains(option), "\(place): \(option)")
                }
            }
        }
        #expect(count > 100)
    }
}
