import Testing

@testable import Training

/// The speed that people are shown.
@Suite struct SpeedTests {
    @Test func oneFastStepIsNotTheSpeed() {
        var progress = Progress()
        #expect(progress.imagesPerSecond == 0)
        let result = StepResult(images: 8, loss: 1, terms: [])
        for _ in 0..<9 { progress.add(result, seconds: 0.2) }
        progress.finishEpoch()
        progress.add(result, seconds: 0.02)
        #expect(abs(progress.imagesPerSecond - 80 / 1.82) < 1e-9)
    }
}
