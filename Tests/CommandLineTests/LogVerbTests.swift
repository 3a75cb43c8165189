import Foundation
import RunStore
import Testing

/// `log` and `import` as a user calls them.
@Suite struct LogVerbTests {
    private static let first = "{\"lightbox\": 1, \"experiment\": \"mine\", \"name\": \"first\"}"

    private func states(_ program: Program) throws -> String {
        try program.run("query", "SELECT run, state FROM any_run", "--format", "csv").output
    }

    @Test func aPipeBecomesARun() throws {
        let program = try Program()
        try program.write(
            """
            \(Self.first)
            {"step": 1, "metrics": {"val_loss": 0.5}}
            what is this
            {"params": {"lr": 0.1}, "status": "completed"}

            """, to: "lines")
        let piped = try program.shell("\"$@\" < lines", ["lightbox", "log"])
        #expect(piped.status == 65)
        #expect(piped.output == "run 1: completed, 1 value, 1 line refused\n")
        #expect(piped.errors.contains("lightbox: line 3: the line is no JSON: 'what is this'"))
        let read = try program.run("log", "lines")
        #expect(read.output.hasPrefix("run 2: completed"))
        let show = try program.run("show", "1").output
        #expect(show.contains("logged") && show.contains("val_loss") && !show.contains("dataset"))
        // People see no column that only cells fill; programs get them all.
        let runs = try program.run("runs").output.split(separator: "\n")
        #expect(
            runs.first?.split(whereSeparator: \.isWhitespace) == [
                "run", "state", "name", "seconds",
            ])
        #expect(runs.count == 4 && runs.last?.contains("first") == true)
        for options in [["--wide"], ["--format", "csv"], ["--format", "jsonl"]] {
            let whole = try program.run(["runs"] + options).output
            #expect(whole.contains("val Dice") && whole.contains("dataset"), "\(options)")
        }
        let report = try program.run("report", "logged", "--rows", "lr").output
        #expect(report.contains("| 0.1 |   2 | 0.5000 ± 0.0000 |"), "\(report)")
        #expect(try program.run("check").status == 0)
        for (arguments, status) in [
            (["log", "none"], Int32(66)), (["log", "."], 66), (["import", "csv", "none"], 66),
            (["import", "mlflow", "lines"], 65), (["import", "tensorboard", "lines"], 66),
            (["import", "wandb", "lines"], 65), (["import", "wandb", "."], 65),
        ] {
            #expect(try program.run(arguments).status == status, "\(arguments)")
        }
        let table = try program.run("export", "csv", "--output", "tables")
        #expect(table.status == 0)
        let taken = try program.run("import", "csv", "tables", "--store", "other.db")
        #expect(taken.output == "tables: 2 runs new; 2 values\n", "\(taken.errors)")
        #expect(
            try program.run("import", "csv", "tables", "--store", "other.db").output
                == "tables: 2 runs known; 0 values\n")
    }

    /// Whoever dies, the program or `lightbox log`, no run stays running.
    @Test func whoDiesLeavesAnInterruptedRun() throws {
        let program = try Program()
        try program.write(
            """
            echo '\(Self.first)'; echo '{"epoch": 1, "metrics": {"a": 1}}'; kill -9 $$
            """, to: "train.sh")
        let died = try program.shell("sh train.sh | \"$@\"", ["lightbox", "log"])
        #expect(died.status == 1)
        #expect(died.output == "run 1: interrupted, 1 value\n")
        #expect(try states(program) == "run,state\n1,interrupted\n")
        let killed = try program.shell(
            """
            mkfifo pipe; "$@" < pipe & exec 3> pipe; echo '\(Self.first)' >&3
            while ! "$1" query 'SELECT state FROM run WHERE id = 2' 2>/dev/null | grep -q running
            do sleep 0.1; done
            kill -9 $!; wait $!; exec 3>&-
            """, ["lightbox", "log"])
        #expect(killed.status == 0)
        #expect(try program.run("gc").status == 0)
        #expect(try states(program) == "run,state\n1,interrupted\n2,interrupted\n")
        #expect(try program.run("check").status == 0)
    }

    /// A program that trains is not to die of what became of its log.
    @Test func anErrorOfTheLogDoesNotKillTheProgram() throws {
        let program = try Program()
        try program.write(
            """
            trap '' PIPE
            echo '\(Self.first)'
            i=0
            while [ $i -lt 4000 ]; do
                echo '{"step": '$i', "metrics": {"loss": 0.5}}' || exit 9
                i=$((i + 1))
            done
            echo trained > trained
            """, to: "train.sh")
        try program.write("not a store", to: "other.db")
        let ending = try program.shell(
            "sh train.sh | \"$@\"", ["lightbox", "log", "--store", "other.db"])
        #expect(ending.status == 65)
        #expect(ending.errors.contains("other.db' is no SQLite database"), "\(ending.errors)")
        #expect(ending.errors.contains("the rest of the pipe is read, and not written"))
        #expect(try program.shell("cat trained", []).output == "trained\n")
    }

    @Test func aRunThatCannotBeTakenIsToldAndTheOthersAreTaken() throws {
        let program = try Program()
        try program.write("name,lr\na,0.1\n", to: "runs.csv")
        #expect(try program.run("import", "csv", "runs.csv").status == 0)
        try program.write("name,lr\na,0.2\nb,0.3\n", to: "runs.csv")
        let some = try program.run("import", "csv", "runs.csv")
        #expect(some.status == 1 && some.output == "runs.csv: 1 run new; 0 values\n")
        #expect(some.errors.contains("lightbox: 'lr' of the run 'runs.csv/a' is 0.2; expected 0.1"))
        let named = try program.run("import", "csv", "runs.csv", "--name", "second")
        #expect(named.status == 0 && named.output == "runs.csv: 2 runs new; 0 values\n")
        #expect(try program.run("import", "mlflow", "runs.csv", "--name", "x").status == 64)
    }
}
