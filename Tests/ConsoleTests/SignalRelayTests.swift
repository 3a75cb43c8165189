import Console
import Foundation
import Synchronization
import Testing

/// What comes right after somebody has begun to listen is told.
@Suite struct SignalRelayTests {
    @Test func noneIsLostFromTheBeginning() {
        let told = Mutex(0)
        for count in 1...20 {
            let before = told.withLock { $0 }
            SignalRelay.listen(to: SIGUSR2) { told.withLock { $0 += 1 } }
            kill(getpid(), SIGUSR2)
            let deadline = ContinuousClock.now + .seconds(60)
            while told.withLock({ $0 }) < before + count, ContinuousClock.now < deadline {
                usleep(1_000)
            }
            #expect(told.withLock { $0 } == before + count, "each who listens is told, once")
        }
    }
}
