import TensorCore
import Testing

@testable import Training

struct LearningRateScheduleTests {
    @Test func factorsFallFromOneTowardsZero() {
        #expect(
            (0..<5).map { LearningRateSchedule.constant.factor(step: $0, of: 5) } == [
                1, 1, 1, 1, 1,
            ])
        #expect(
            (0..<4).map { LearningRateSchedule.linear.factor(step: $0, of: 4) } == [
                1, 0.75, 0.5, 0.25,
            ])
        let cosine = (0..<4).map { LearningRateSchedule.cosine.factor(step: $0, of: 4) }
        // (1 + cos(0, 45, 90, 135 degrees)) / 2
        for (found, expected) in zip(cosine, [1, 0.853_553_390_593, 0.5, 0.146_446_609_407]) {
            #expect(abs(found - expected) < 1e-12)
        }
    }

    /// Two epochs of two steps: the rates of the second and the fourth step are reported.
    @Test(
        "the rates of the steps follow it",
        arguments: [
            (LearningRateSchedule.constant, [1e-3, 1e-3]), (.linear, [0.75e-3, 0.25e-3]),
        ])
    func ratesFollow(schedule: LearningRateSchedule, expected: [Double]) throws {
        var rates: [Double] = []
        _ = try Supervised().run(
            TinyData.request(settings: Self.settings(schedule, epochs: 2)),
            context: ComputeContext(threads: 1),
            observer: { if case .epoch(let report) = $0 { rates.append(report.learningRate) } },
            shouldStop: { false })
        #expect(rates.count == 2)
        for (found, wanted) in zip(rates, expected) { #expect(abs(found - wanted) < 1e-15) }
    }

    @Test("interrupted and continued equals uninterrupted, bit for bit", arguments: [1, 3, 4])
    func interrupted(step: Int) throws {
        let whole = try trace(TinyData.request(settings: Self.settings(.cosine)))
        let request = TinyData.request(settings: Self.settings(.cosine))
        try interrupt(request, after: step)
        let rest = try trace(request)
        #expect(rest.losses == Array(whole.losses.dropFirst(step)))
        #expect(rest.last == whole.last && rest.best == whole.best)
        #expect(try trace(TinyData.request(settings: Self.settings(.constant))).last != whole.last)
    }

    static func settings(_ schedule: LearningRateSchedule, epochs: Int = 3) -> TrainingSettings {
        var settings = TinyData.settings(epochs: epochs, batch: 3)
        settings.learningRate = 1e-3
        settings.learningRateSchedule = schedule
        return settings
    }
}
