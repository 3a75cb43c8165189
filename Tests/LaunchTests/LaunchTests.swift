import Assembly
import Datasets
import Domain
import Foundation
import RunStore
import Specification
import Testing
import Training
import Wording

@testable import Launch

/// Texts and arithmetic of launchers, without starting anything.
@Suite struct LaunchTests {
    private func manifest(
        cells: Int, pack: Int, limit: Int? = nil, name: String = "grid", store: String = "/s/r.db"
    ) -> SweepManifest {
        let items = (0..<cells).map {
            SweepManifest.Item(
                digest: "\($0)", fingerprint: "f", title: "cell \($0)", cell: [:], continues: nil)
        }
        return SweepManifest(
            experiment: SweepManifest.Experiment(name: name, description: "", report: ""),
            launcher: "slurm", store: store, data: "/d", program: "/bin/lightbox", cpus: 2,
            jobs: nil, threads: nil, limit: limit, requeues: 20, created: 0,
            tasks: PreparedSweep.packed(items, pack))
    }

    private func script(
        _ manifest: SweepManifest, folder: String = "/s/sweeps/grid-1", maxArraySize: Int = 1001,
        _ change: (inout LaunchOptions) -> Void = { _ in }
    ) -> SlurmScript {
        var options = LaunchOptions()
        change(&options)
        return SlurmScript(
            manifest: manifest, folder: SweepFolder(URL(fileURLWithPath: folder)),
            options: options, maxArraySize: maxArraySize)
    }

    // MARK: Slurm

    @Test func slurmScripts() {
        let script = script(manifest(cells: 12, pack: 3, limit: 5400)) {
            $0.partition = "cpu,long"
            $0.time = "90"
            $0.memory = "4G"
            $0.sbatchArguments = ["--account=lab", "--comment=it's #1", "-x", "--nice="]
        }
        #expect(
            script.taskText.components(separatedBy: "\ntask=")[0] == """
                #!/bin/bash
                # Sweep grid-1: 12 cells in 4 tasks. An array element is a task; the
                # argument is the number of the array's first task.
                #SBATCH --job-name=lightbox-grid
                #SBATCH --output=logs/%A_%a.log
                #SBATCH --open-mode=append
                #SBATCH --requeue
                #SBATCH --signal=B:USR1@120
                #SBATCH --nodes=1
                #SBATCH --ntasks=1
                #SBATCH --cpus-per-task=2
                #SBATCH --partition=cpu,long
                #SBATCH --time=90
                #SBATCH --mem=4G
                #SBATCH --account=lab
                #SBATCH --comment='it'\\''s #1'
                #SBATCH -x
                #SBATCH --nice=

                lightbox=/bin/lightbox
                sweep=/s/sweeps/grid-1
                """)
        #expect(
            script.mergeText == """
                #!/bin/bash
                # Unites the shards of sweep grid-1 into the main store; may be run again at any time.
                #SBATCH --job-name=lightbox-grid-merge
                #SBATCH --output=logs/merge-%j.log
                #SBATCH --nodes=1
                #SBATCH --ntasks=1
                #SBATCH --partition=cpu,long
                #SBATCH --time=60
                #SBATCH --mem=4G
                #SBATCH --account=lab
                #SBATCH --comment='it'\\''s #1'
                #SBATCH -x
                #SBATCH --nice=

                lightbox=/bin/lightbox
                sweep=/s/sweeps/grid-1
                store=/s/r.db
                exec "$lightbox" merge --sweep "$sweep" --store "$store" --ended

                """)
    }

    @Test func shortTimeLimitsAreKept() {
        let short = script(manifest(cells: 1, pack: 1, limit: 60)) { $0.time = "1" }
        #expect(short.taskText.contains("--signal=B:USR1@15\n"))
        #expect(short.mergeText.contains("#SBATCH --time=1\n"))
        let none = script(manifest(cells: 1, pack: 1))
        #expect(none.taskText.contains("--signal=B:USR1@120\n"))
        #expect(!none.taskText.contains("--time") && !none.mergeText.contains("--time"))
    }

    @Test func arraysStayBelowTheSitesLimit() {
        func sizes(_ tasks: Int, _ most: Int) -> [Int] {
            let chunks = script(manifest(cells: tasks, pack: 1), maxArraySize: most).chunks
            // Together they are tasks 0 to the last, without gaps.
            #expect(chunks.reduce(0) { $0 == $1.first ? $0 + $1.count : -1 } == tasks)
            return chunks.map(\.count)
        }
        #expect(sizes(1, 1001) == [1])
        #expect(sizes(1000, 1001) == [1000])
        #expect(sizes(1001, 1001) == [1000, 1])
        #expect(sizes(2500, 1001) == [1000, 1000, 500])
        #expect(sizes(3, 1) == [1, 1, 1])
    }

    @Test func argumentsOfSbatch() {
        let script = script(manifest(cells: 5, pack: 1), maxArraySize: 4) { $0.arrayParallel = 2 }
        #expect(
            script.arguments(of: script.chunks[0], after: nil)
                == ["--parsable", "--array=0-2%2", "task.sh", "0"])
        #expect(
            script.arguments(of: script.chunks[1], after: "7")
                == ["--parsable", "--dependency=afterany:7", "--array=0-1%2", "task.sh", "3"])
        #expect(
            script.mergeArguments(after: ["7", "8"])
                == ["--parsable", "--dependency=afterany:7:8", "merge.sh"])
        let free = self.script(manifest(cells: 5, pack: 1), maxArraySize: 4)
        #expect(
            free.arguments(of: free.chunks[1], after: "7")
                == ["--parsable", "--array=0-1", "task.sh", "3"])
    }

    @Test func queueLines() {
        let submission = Submission(
            launcher: "slurm",
            chunks: [
                Submission.Chunk(job: "12", first: 0, count: 3),
                Submission.Chunk(job: "13", first: 3, count: 2),
            ], merge: "14")
        let text = "12|1|RUNNING\n13|1|PENDING\n14|N/A|PENDING\n99|0|RUNNING\nnonsense\n13|7|X\n"
        let view = SlurmCommands.view(of: submission, in: text)
        #expect(view == QueueView(tasks: [1: "RUNNING", 4: "PENDING"], merges: true))
        #expect(view.isActive)
        #expect(!SlurmCommands.view(of: submission, in: "").isActive)
        let configuration = "MaxArraySize            = 1001\nMaxDBDMsgs              = 20004\n"
        #expect(SlurmCommands.maxArraySize(in: configuration) == 1001)
        #expect(SlurmCommands.maxArraySize(in: "slurm_load_ctl_conf error") == nil)
    }

    @Test(arguments: [
        ("90", 5400), ("1:30", 90), ("2:00:00", 7200), ("1-0", 86_400), ("1-12:30", 131_400),
        ("1-12:30:15", 131_415), ("", nil), ("0", nil), ("1-", nil), ("x", nil), ("-5", nil),
        ("1:2:3:4", nil), ("1--2", nil), ("99999999999999999999", nil), ("1 ", nil), ("٣", nil),
        ("1:99", nil), ("1:99:00", nil), ("1:00:60", nil), ("1-2:60", nil), ("90:59", 5459),
    ])
    func times(text: String, seconds: Int?) {
        #expect(SlurmTime.seconds(text) == seconds)
    }

    // MARK: Names that shells misread

    static let hostile = [
        "it's", "a b", "$(touch x)", "`touch x`", "a\"b", "\\", "*", "~", "", "-n", "!1", "a\nb",
        "%A", "naïve", "a;b&c|d", "'", "''", "#x",
    ]

    @Test(arguments: hostile)
    func quotedTextIsOneWord(text: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "printf '[%s]' \(ShellText.quoted(text))"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(String(decoding: data, as: UTF8.self) == "[\(text)]")
    }

    @Test func hostileFoldersDoNotLeaveTheirPlace() {
        let path = "/s/it's \"a\"\n#SBATCH --wrap=x/sweeps/grid-1"
        let script = script(manifest(cells: 1, pack: 1, name: "naïve.grid"), folder: path)
        let lines = script.taskText.split(separator: "\n").map(String.init)
        let body = lines.firstIndex { $0.hasPrefix("lightbox=") } ?? 0
        // Slurm reads options up to the first command only, so the path cannot smuggle one in.
        #expect(lines[..<body].allSatisfy { !$0.contains("--wrap") })
        #expect(lines[..<body].contains("#SBATCH --job-name=lightbox-na-ve.grid"))
        #expect(
            script.taskText.contains(
                "sweep='/s/it'\\''s \"a\"\n#SBATCH --wrap=x/sweeps/grid-1'"))
        for bad in ["/s/a\nb", "/s/a\\b"] {
            #expect(throws: LaunchError.self) {
                try SlurmScript.check(folder: URL(fileURLWithPath: bad))
            }
        }
    }

    @Test func percentSignsInFoldersAreNoPatterns() {
        let script = script(manifest(cells: 1, pack: 1), folder: "/s/5%A's/grid-1")
        #expect(
            script.taskText.contains("#SBATCH --output='/s/5%%A'\\''s/grid-1/logs/%A_%a.log'\n"))
        #expect(
            script.mergeText.contains("#SBATCH --output='/s/5%%A'\\''s/grid-1/logs/merge-%j.log'"))
    }

    // MARK: Packing

    @Test func cellsArePackedInOrder() {
        let packed = manifest(cells: 7, pack: 3).tasks.map { $0.map(\.digest) }
        #expect(packed == [["0", "1", "2"], ["3", "4", "5"], ["6"]])
    }

    @Test func shortCellsShareATask() {
        #expect(PackEstimate.cells(seconds: nil, limit: nil) == 1)
        #expect(PackEstimate.cells(seconds: 3600, limit: nil) == 1)
        #expect(PackEstimate.cells(seconds: 60, limit: nil) == 20)
        #expect(PackEstimate.cells(seconds: 60, limit: 600) == 5)
        #expect(PackEstimate.cells(seconds: 0.01, limit: nil) == 100)
        var cell = Cell()
        cell.settings.epochs = 40
        cell.settings.width = 16
        cell.settings.image = 128
        let long = PackEstimate.seconds(cell, images: 100)
        cell.settings.image = 64
        cell.settings.width = 4
        #expect(PackEstimate.seconds(cell, images: 100) < long / 8)
    }

    // MARK: Manifest

    @Test func aCellSurvivesTheManifest() throws {
        var cell = Cell()
        cell.dataset = "folder:my \"own\" set"
        cell.model = "unet"
        cell.loss = "kltv"
        cell.labels = 12.5
        cell.seed = 7
        cell.settings.epochs = 3
        cell.settings.learningRate = 1.25e-4
        let item = SweepManifest.Item(cell, fingerprint: "f", title: "a\n\"title\"")
        #expect(item.cell.count == 8, "\(item.cell)")
        var manifest = manifest(cells: 0, pack: 1)
        manifest.tasks = [[item]]
        let data = try JSONEncoder().encode(manifest)
        let read = try JSONDecoder().decode(SweepManifest.self, from: data)
        #expect(read == manifest)
        let again = try Cell(
            texts: read.items[0].cell, from: "manifest",
            vocabulary: Zoo.standard.vocabulary(reports: []))
        #expect(again == cell)
        #expect(again.configuration(fingerprint: "f").digest == item.digest)
        #expect(item.isOf(again) && item.configuration == nil)
        // An older run's configuration names settings that the cell does not use.
        try #require(TrainingSettings.field("focal-gamma")).set("2", in: &cell.settings)
        let older = item.stored(as: cell.writtenConfiguration(fingerprint: "f"))
        #expect(older.digest != item.digest && older.configuration != nil)
        #expect(older.isOf(again) && older.isOf(cell))
        cell.seed = 8
        #expect(!older.isOf(cell) && !item.isOf(cell))
    }

    // MARK: Launchers and options

    @Test func launchersHaveNamesAndOptionsHaveLaunchers() throws {
        let names = LauncherRegistry.names
        #expect(names.first == "local")
        for key in LaunchOptions.Key.allCases {
            #expect(LauncherRegistry.all.contains { $0.options.contains(key) })
        }
        #expect(throws: LaunchError.unknown(name: "slrm", known: names)) {
            try LauncherRegistry.require("slrm")
        }
        let message = LaunchError.unknown(name: "slrm", known: names).description
        #expect(message.contains("did you mean 'slurm'?"))
    }

    @Test func optionsAreChecked() throws {
        func problem(_ launcher: String, _ change: (inout LaunchOptions) -> Void) -> String? {
            var options = LaunchOptions()
            change(&options)
            do {
                try options.check(for: LauncherRegistry.require(launcher))
                return nil
            } catch {
                return "\(error)"
            }
        }
        #expect(problem("slurm") { $0.partition = "a,b-1" } == nil)
        #expect(problem("slurm") { $0.sbatchArguments = ["--account=lab"] } == nil)
        #expect(problem("local") { $0.partition = "a" }?.contains("--launcher slurm") == true)
        #expect(problem("parallel") { $0.time = "90" }?.contains("'parallel'") == true)
        #expect(problem("parallel") { $0.pack = 2 } == nil)
        for bad in ["a b", "a\nb", "$(x)", "", "-p"] {
            #expect(problem("slurm") { $0.partition = bad }?.hasPrefix("--partition") == true)
        }
        #expect(problem("slurm") { $0.time = "soon" }?.contains("such as 90") == true)
        #expect(problem("slurm") { $0.memory = "much" }?.contains("such as 4G") == true)
        #expect(problem("slurm") { $0.pack = 0 }?.contains("from 1") == true)
        #expect(problem("slurm") { $0.requeues = -1 }?.contains("from 0") == true)
        for bad in ["account=lab", "--a\n#SBATCH --wrap=x", "--a\u{7F}"] {
            #expect(problem("slurm") { $0.sbatchArguments = [bad] }?.contains("one line") == true)
        }
    }
}
