import Foundation
import Processes

/// Waits for keys on the terminal between two pictures of a display that goes on.
///
/// While it lasts, keys come singly and unseen. Whatever ends the program, the terminal's modes are
/// put back first.
public final class KeyWatch {
    /// What ended a wait.
    public enum Event: Sendable, Hashable {
        case key(Character)
        /// The window has another size.
        case resized
        /// The time is up.
        case timeout
        /// A signal asks to end.
        case asked(signal: Int32)
    }

    private let modes: TerminalModes?
    private let ends = PipeEnds(isBlocking: false)
    private var before: [(number: Int32, action: sigaction)] = []

    /// A watch over standard input, where it is a terminal; else only over time and signals.
    public init() {
        modes = TerminalModes()
        modes?.takeKeys()
        watchers = ends?.output ?? -1
        for number in [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGWINCH, SIGCONT] {
            var action = sigaction()
            action.handler = noteForWatch
            var old = sigaction()
            sigaction(number, &action, &old)
            before.append((number, old))
        }
    }

    /// Puts the terminal's modes back.
    public func stop() {
        modes?.restore()
        for (number, action) in before {
            var action = action
            sigaction(number, &action, nil)
        }
        before = []
    }

    /// Waits for the next event, `seconds` at most.
    public func next(within seconds: Double) -> Event {
        let start = DispatchTime.now().uptimeNanoseconds
        while true {
            let passed = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
            guard passed < seconds else { return .timeout }
            var places = [pollfd(fd: ends?.input ?? -1, events: Int16(POLLIN), revents: 0)]
            if modes != nil {
                places.append(pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0))
            }
            let count = poll(
                &places, nfds_t(places.count), Int32(((seconds - passed) * 1000).rounded(.up)))
            if count == 0 { return .timeout }
            if count < 0 { continue }
            if let event = signalled(places[0]) ?? places.dropFirst().first.flatMap(pressed) {
                return event
            }
        }
    }

    private func signalled(_ place: pollfd) -> Event? {
        var byte: UInt8 = 0
        guard place.revents != 0, read(place.fd, &byte, 1) == 1 else { return nil }
        switch Int32(byte) {
        case SIGWINCH: return .resized
        case SIGCONT:
            // Another program had the terminal meanwhile.
            modes?.takeKeys()
            return .resized
        case let number: return .asked(signal: number)
        }
    }

    private func pressed(_ place: pollfd) -> Event? {
        var byte: UInt8 = 0
        guard place.revents != 0 else { return nil }
        // The terminal is gone.
        guard read(STDIN_FILENO, &byte, 1) == 1 else { return .asked(signal: SIGHUP) }
        return .key(Character(Unicode.Scalar(byte)))
    }
}

/// Where signals are noted for the watch: one process has one terminal.
private nonisolated(unsafe) var watchers: Int32 = -1

private func noteForWatch(_ number: Int32) { note(number, in: watchers) }
