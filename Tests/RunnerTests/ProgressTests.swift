import Testing

@testable import Runner

@Suite struct ProgressTests {
    private func progress(cells: Int, running: Int) -> SweepProgress {
        var progress = SweepProgress()
        progress.apply(
            .planned(
                name: "demo", cells: (0..<cells).map { "mcx unet kltv 10 % seed \($0)" }, done: 1),
            at: 100)
        for cell in 0..<running {
            progress.apply(
                .cellStarted(cell: cell, title: "mcx unet kltv 10 % seed \(cell)", epochs: 10),
                at: 100)
            progress.apply(
                .step(
                    cell: cell, epoch: 3, step: 1, steps: 2, loss: 0.25, imagesPerSecond: 210),
                at: 105)
        }
        return progress
    }

    @Test(arguments: [20, 40, 60, 80, 200], [0, 1, 16])
    func linesFitTheTerminal(columns: Int, running: Int) {
        let bars = ProgressBars(columns: columns, rows: 24)
        let lines = bars.lines(progress(cells: 20, running: running), at: 110)
        #expect(lines.count == 1 + running)
        #expect(lines.allSatisfy { $0.count < columns }, "\(lines)")
    }

    @Test func cellsAreToldApartOnANarrowTerminal() {
        var progress = SweepProgress()
        let cells = (1...3).map {
            "folder:organs-csv progressive-attention-unet tv 100 % seed \($0)"
        }
        progress.apply(.planned(name: "demo", cells: cells, done: 0), at: 0)
        for (cell, title) in cells.enumerated() {
            progress.apply(.cellStarted(cell: cell, title: title, epochs: 10), at: 0)
            progress.apply(
                .step(cell: cell, epoch: 3, step: 1, steps: 2, loss: 0.25, imagesPerSecond: 210),
                at: 5)
        }
        for columns in [50, 60, 80] {
            let lines = ProgressBars(columns: columns, rows: 24).lines(progress, at: 9).dropFirst()
            for (number, line) in zip(1..., lines) {
                #expect(line.contains("seed \(number)  epoch 3/10  loss 0.2500"), "\(line)")
            }
        }
    }

    @Test func manyWorkersFitALowTerminal() {
        let bars = ProgressBars(columns: 80, rows: 6)
        let lines = bars.lines(progress(cells: 20, running: 16), at: 110)
        #expect(lines.count == 5)
        #expect(lines.last == "  and 13 more")
    }

    @Test func readingIsShownUntilItIsDone() {
        var progress = SweepProgress()
        progress.apply(.reading(dataset: "mcx", done: 37, total: 138), at: 1)
        let bars = ProgressBars(columns: 80, rows: 24)
        #expect(bars.lines(progress, at: 2) == ["  reading mcx  37 of 138 images"])
        progress.apply(.planned(name: "demo", cells: ["a"], done: 0), at: 2)
        #expect(bars.lines(progress, at: 2).count == 2)
        let last = SweepEvent.reading(dataset: "mcx", done: 138, total: 138)
        progress.apply(last, at: 3)
        #expect(bars.lines(progress, at: 3).count == 1)
        #expect(ProgressText.line(last, in: progress) == "read   mcx: 138 of 138 images")
    }

    @Test func manySetsFitALowTerminal() {
        var progress = progress(cells: 20, running: 16)
        for name in ["ccx", "jcx", "mcx", "scx"] {
            progress.apply(.reading(dataset: name, done: 1, total: 9), at: 106)
        }
        for rows in 3...8 {
            let bars = ProgressBars(columns: 80, rows: rows)
            #expect(bars.lines(progress, at: 110).count <= max(2, rows - 1), "\(rows) rows")
        }
    }

    @Test func estimatesFollowTheWorkDone() {
        var progress = progress(cells: 4, running: 1)
        #expect(
            progress.remaining(at: 110) == nil && progress.running[0]?.remaining(at: 110) == nil)
        progress.apply(
            .step(cell: 0, epoch: 5, step: 2, steps: 2, loss: 0.25, imagesPerSecond: 210), at: 110)
        // A quarter of one cell since 105, half of it and two cells are open; the sweep began at 100.
        #expect(abs((progress.running[0]?.remaining(at: 110) ?? 0) - 10) < 1e-9)
        #expect(abs((progress.remaining(at: 110) ?? 0) - 100) < 1e-9)
        progress.apply(
            .cellFinished(cell: 0, test: JudgedFigure("dice", 0.9), seconds: 10), at: 110)
        #expect(progress.settled == 2)
        #expect(progress.running.isEmpty)
    }

    /// What an earlier attempt has done took none of this one's time.
    @Test func estimatesOfAContinuedCell() {
        var progress = SweepProgress()
        progress.apply(.planned(name: "x", cells: ["a", "b"], done: 0), at: 0)
        progress.apply(.cellStarted(cell: 0, title: "a", epochs: 100), at: 0)
        for epoch in 51...61 {
            progress.apply(
                .epoch(cell: 0, epoch: epoch, loss: 1, validation: nil, imagesPerSecond: 1),
                at: Double(epoch - 51))
        }
        // A second an epoch: 39 more of this cell, then 100 of the other.
        #expect(abs((progress.running[0]?.remaining(at: 10) ?? 0) - 39) < 1e-9)
        #expect(abs((progress.remaining(at: 10) ?? 0) - 139) < 1e-9)
    }

    @Test func aPausedCellCountsUntilItGoesOn() {
        var progress = progress(cells: 4, running: 1)
        let paused = SweepEvent.cellPaused(
            cell: 0, epoch: 3, objective: "validation/dice", value: 0.5)
        progress.apply(paused, at: 110)
        #expect(progress.settled == 2)
        #expect(
            ProgressText.line(paused, in: progress)
                == "pause  mcx unet kltv 10 % seed 0: validation/dice 0.5000 up to epoch 3")
        progress.apply(.cellStarted(cell: 0, title: "trial 1 width 8", epochs: 9), at: 110)
        #expect(progress.settled == 1)
        progress.apply(.cellPaused(cell: 0, epoch: 9, objective: "x", value: 0.5), at: 120)
        progress.apply(.cellGivenUp(cell: 0), at: 120)
        #expect(progress.settled == 2)
        // A search knows what a trial is only when it begins.
        #expect(progress.title(of: 0) == "trial 1 width 8")
    }

    @Test func linesNameCellsAndFigures() {
        var progress = progress(cells: 4, running: 1)
        let epoch = SweepEvent.epoch(
            cell: 0, epoch: 3, loss: 0.00001, validation: JudgedFigure("dice", 0.91237),
            imagesPerSecond: 3.14)
        progress.apply(epoch, at: 110)
        #expect(
            ProgressText.line(epoch, in: progress)
                == "       mcx unet kltv 10 % seed 0: epoch 3/10, loss 1.00e-05, "
                + "validation Dice 0.912, 3.1 img/s")
        // What judges a classifier has another name.
        let classes = SweepEvent.cellFinished(
            cell: 0, run: 7, test: JudgedFigure("class-accuracy", 0.75), seconds: 5)
        #expect(
            ProgressText.line(classes, in: progress)
                == "done   mcx unet kltv 10 % seed 0: run 7, test Acc 0.750, 5 s")
        #expect(ProgressText.duration(59.6) == "1 min 00 s")
        #expect(ProgressText.duration(3661) == "1 h 01 min")
        #expect(ProgressText.duration(.nan) == "–")
    }

    @Test func namesFromOutsideAreShown() {
        var progress = SweepProgress()
        let title = "mcx\u{1B}[2J unet"
        progress.apply(.planned(name: "a\nb", cells: [title], done: 0), at: 1)
        progress.apply(.cellStarted(cell: 0, title: title, epochs: 1), at: 1)
        progress.apply(.reading(dataset: "x\r", done: 1, total: 2), at: 1)
        let lines = ProgressBars(columns: 80, rows: 24).lines(progress, at: 2)
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("a\\nb ") && lines[1].contains("x\\r"))
        #expect(lines[2].contains("mcx\\x1B[2J unet"))
    }

    @Test func oneIsSingular() {
        let progress = SweepProgress()
        let event = SweepEvent.planned(name: "a", cells: ["b"], done: 0)
        #expect(ProgressText.line(event, in: progress) == "a: 1 cell, 0 in the store, 1 to train")
        let later = SweepEvent.planned(
            name: "a", cells: ["b", "c", "d", "e", "f"], done: 1, continued: 1, failed: 1,
            lacking: 1)
        #expect(
            ProgressText.line(later, in: progress)
                == "a: 5 cells, 1 in the store, 1 failed before, 1 without data, 1 to continue, "
                + "1 to train")
        let shared = SweepEvent.planned(
            name: "a", cells: ["b", "c", "d"], done: 0, continued: 1, elsewhere: 1)
        #expect(
            ProgressText.line(shared, in: progress)
                == "a: 3 cells, 0 in the store, 1 to continue, 1 at work in another process, "
                + "1 to train")
        let done = SweepEvent.cellFinished(
            cell: 0, run: 3, test: JudgedFigure("dice", 0.5), seconds: 8)
        #expect(
            ProgressText.line(done, in: progress)
                == "done   cell 1: run 3, test Dice 0.500, 8 s")
        #expect(
            ProgressText.line(.cellStarted(cell: 0, title: "b", epochs: 1), in: progress)
                == "start  b, 1 epoch")
    }
}
