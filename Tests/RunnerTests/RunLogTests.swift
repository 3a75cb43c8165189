import Testing

@testable import Runner
@testable import Training

@Suite struct RunLogTests {
    @Test func theLastEpochsAndTheStepUnderWayAreKept() {
        var log = RunLog()
        log.add(.started(epochs: 30, stepsPerEpoch: 2, epoch: 1, step: 0))
        for epoch in 1...20 {
            log.add(.step(epoch: epoch, step: 1, steps: 2, loss: 0.5, imagesPerSecond: 10))
            log.add(
                .epoch(
                    EpochReport(
                        epoch: epoch, epochs: 30, trainLoss: 0.25, trainTerms: [:],
                        learningRate: 0.1, validation: ["dice": 0.75, "loss": .nan],
                        imagesPerSecond: 10, seconds: 1, isBest: false)))
        }
        log.add(.step(epoch: 21, step: 1, steps: 2, loss: .infinity, imagesPerSecond: 10))
        let lines = log.text.split(separator: "\n")
        #expect(lines.count == 13)
        #expect(
            lines.first
                == "epoch 9/30: loss 0.2500, validation dice 0.7500, validation loss NaN")
        #expect(lines.last == "epoch 21 step 1/2: loss ∞")
    }
}
