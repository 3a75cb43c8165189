internal import Domain
internal import Foundation
internal import RunStore

/// How the pages say values.
enum Words {
    /// A share of 1 with three decimals; a dash for none.
    static func share(_ value: Double?) -> String {
        value.map { String(format: "%.3f", $0) } ?? "–"
    }

    /// Mean ± sample standard deviation.
    static func share(_ value: Double?, _ deviation: Double?) -> String {
        guard let value else { return "–" }
        return share(value) + (deviation.map { " ± " + share($0) } ?? "")
    }

    /// A number with up to six digits that count.
    static func number(_ value: Double?) -> String {
        guard let value else { return "–" }
        if value == value.rounded(), abs(value) < 1e9 { return String(Int(value)) }
        return String(format: "%.6g", value)
    }

    /// A measured value: four digits that count.
    static func measure(_ value: Double?) -> String {
        value.map { String(format: abs($0) < 1 ? "%.4f" : "%.4g", $0) } ?? "–"
    }

    /// A difference: its sign and four digits that count.
    static func signed(_ value: Double?) -> String {
        guard let value else { return "–" }
        return (value < 0 ? "−" : "+") + measure(abs(value))
    }

    /// A time of some seconds: "12 s", "3 min 5 s", "2 h 10 min".
    static func duration(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
        if seconds < 10 { return String(format: "%.1f s", seconds) }
        let whole = Int(nearest: seconds)
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return "\(whole / 60) min \(whole % 60) s"
        default: return "\(whole / 3600) h \(whole % 3600 / 60) min"
        }
    }

    /// A value of the store.
    static func value(_ value: QueryValue) -> String {
        switch value {
        case .null: "–"
        case .integer(let value): String(value)
        case .real(let value): number(value)
        case .text(let text): text
        case .blob(let bytes): "\(bytes.count) bytes"
        }
    }

    /// The mark and word of a state: told apart without colours.
    static func state(_ state: RunState) -> Markup {
        let mark =
            switch state {
            case .completed: "✓"
            case .failed: "✗"
            case .running: "▶"
            case .queued: "…"
            case .interrupted: "‖"
            case .pruned: "✂"
            }
        return """
            <span class="state \(state.rawValue)"><span aria-hidden="true">\(mark)</span> \
            \(state.rawValue)</span>
            """
    }

    /// A bar that is `done` of 1 full, with the words beside it.
    static func progress(_ done: Double, _ label: String) -> Markup {
        let percent = Int(nearest: min(max(done, 0), 1) * 100)
        return """
            <progress max="100" value="\(percent)" aria-label="\(label)">\(percent) %</progress> \
            <span>\(label)</span>
            """
    }
}
