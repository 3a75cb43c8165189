internal import Domain
internal import Foundation
internal import RunStore

/// A line of a run's log: one JSON object. docs/logging.md says what it may hold.
public struct LogLine: Sendable, Equatable {
    /// The version of the lines that this Lightbox reads.
    public static let version = 1
    /// Bytes of a line at most.
    public static let longest = 1 << 20
    /// Bytes of a name at most, and of a text.
    static let longestName = 250, longestText = 65_536

    /// How a run ends.
    public enum Status: String, Sendable, CaseIterable {
        case completed, failed, interrupted
    }

    /// What begins a run.
    struct Start: Sendable, Equatable {
        var experiment: String?, name: String?, id: String?, revision: String?
        var objective: RunObjective?
    }

    /// The first line of a run; nil for any other.
    var start: Start?
    /// Settings and tags that the line sets.
    var parameters: [String: JSONValue] = [:], tags: [String: String] = [:]
    /// What it measured.
    var points: [LoggedPoint] = []
    /// A note.
    var note: String?
    /// How the run ended, and why where it failed; nil where it goes on.
    var status: Status?, error: String?
    /// When, of whatever the line says.
    var time: Date?

    /// Reads a line, without its end.
    ///
    /// - Throws: `LogLineError`.
    public init(_ bytes: some Collection<UInt8>) throws(LogLineError) {
        guard bytes.count <= Self.longest else { throw LogLineError.long(bytes.count) }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw LogLineError("the line is no UTF-8")
        }
        guard case .object(let members) = try Self.value(bytes) else {
            throw LogLineError("expected a JSON object, such as {\"step\": 1, \"metrics\": {…}}")
        }
        let unknown = members.keys.filter { !Self.members.contains($0) }.min()
        if let unknown {
            throw LogLineError(
                "unknown member '\(unknown.prefix(60))'"
                    + (NearestName.close(to: unknown, in: Self.members).map {
                        "; did you mean '\($0)'?"
                    } ?? "; expected " + Self.members.joined(separator: ", ")))
        }
        try self.init(members)
    }

    private static let members = [
        "lightbox", "experiment", "name", "id", "revision", "objective", "direction", "params",
        "tags", "step", "epoch", "time", "metrics", "note", "status", "error",
    ]

    private static let startMembers: Set = [
        "experiment", "name", "id", "revision", "objective", "direction",
    ]

    private static func value(_ bytes: some Collection<UInt8>) throws(LogLineError) -> JSONValue {
        do {
            return try JSONLine.value(bytes)
        } catch .twice(let key) {
            throw LogLineError("the key '\(key.prefix(60))' stands twice in one object")
        } catch .large(let number) {
            throw LogLineError("the number \(number.prefix(60)) is too large for 64 bits")
        } catch {
            throw LogLineError(
                "the line is no JSON: '\(String(decoding: bytes, as: UTF8.self).prefix(60))'")
        }
    }

    private init(_ members: [String: JSONValue]) throws(LogLineError) {
        try readStart(members)
        if let value = members["time"] { time = try Self.time(value) }
        try readWords(members)
        try readMetrics(members)
        try readEnd(members)
    }

    private mutating func readStart(_ members: [String: JSONValue]) throws(LogLineError) {
        guard let version = members["lightbox"] else {
            let lonely = Self.startMembers.filter { members[$0] != nil }.min()
            guard let lonely else { return }
            throw LogLineError(
                "'\(lonely)' belongs into the first line, with \"lightbox\": \(Self.version)")
        }
        guard version == .integer(Int64(Self.version)) else {
            throw LogLineError(
                "\"lightbox\" is \(version.canonicalJSON.prefix(20)); expected \(Self.version)")
        }
        var start = Start()
        start.experiment = try Self.name(members, "experiment")
        start.name = try Self.name(members, "name")
        start.id = try Self.name(members, "id")
        start.revision = try Self.name(members, "revision")
        let direction = try Self.name(members, "direction")
        if let key = try Self.name(members, "objective") {
            guard direction == nil || ["maximise", "minimise"].contains(direction) else {
                throw LogLineError(
                    "\"direction\" is '\(direction ?? "")'; expected maximise or minimise")
            }
            let (split, name) = LoggedPoint.parts(of: key)
            start.objective = RunObjective(
                split: split, name: name,
                direction: direction == "minimise" ? .lowerIsBetter : .higherIsBetter)
        } else if direction != nil {
            throw LogLineError("\"direction\" goes with \"objective\"")
        }
        self.start = start
    }

    private mutating func readWords(_ members: [String: JSONValue]) throws(LogLineError) {
        for (name, value) in try Self.object(members, "params") {
            if case .text(let text) = value { try Self.check(text, "the text of '\(name)'") }
            parameters[name] = value
        }
        for (name, value) in try Self.object(members, "tags") {
            let text = if case .text(let text) = value { text } else { value.canonicalJSON }
            try Self.check(text, "the text of '\(name)'")
            tags[name] = text
        }
        guard let value = members["note"] else { return }
        guard case .text(let text) = value, !text.isEmpty else {
            throw LogLineError("\"note\" is \(Self.words(value)); expected a text")
        }
        try Self.check(text, "\"note\"")
        note = text
    }

    private mutating func readMetrics(_ members: [String: JSONValue]) throws(LogLineError) {
        let metrics = try Self.object(members, "metrics")
        let places = ["step", "epoch"].filter { members[$0] != nil }
        guard !metrics.isEmpty else {
            guard let lonely = places.first else { return }
            throw LogLineError("\"\(lonely)\" goes with \"metrics\", which the line has not")
        }
        guard places.count == 1, let place = places.first, let axis = SeriesAxis(rawValue: place)
        else {
            throw LogLineError(
                "\"metrics\" goes with \"step\" or \"epoch\", found "
                    + (places.isEmpty ? "none" : "both"))
        }
        let positions: ClosedRange<Int64> = 0...(1 << 53)
        guard case .integer(let position)? = members[place], positions.contains(position) else {
            throw LogLineError(
                "\"\(place)\" is \(members[place].map(Self.words) ?? ""); expected a whole number "
                    + "from 0 to \(positions.upperBound)")
        }
        for (key, value) in metrics.sorted(by: { $0.key < $1.key }) {
            guard let number = Self.number(value) else {
                throw LogLineError(
                    "metric '\(key.prefix(60))' is \(Self.words(value)); expected a number")
            }
            points.append(
                LoggedPoint(
                    key: key, axis: axis, position: Int(position), value: number, time: time))
        }
    }

    private mutating func readEnd(_ members: [String: JSONValue]) throws(LogLineError) {
        let word = try Self.name(members, "status")
        let error: String? =
            if case .text(let text)? = members["error"] { text } else { nil }
        guard let word else {
            if members["error"] != nil { throw LogLineError("\"error\" goes with \"status\"") }
            return
        }
        guard let status = Status(rawValue: word) else {
            throw LogLineError(
                "\"status\" is '\(word.prefix(60))'; expected "
                    + Status.allCases.map(\.rawValue).joined(separator: ", "))
        }
        if let error { try Self.check(error, "\"error\"") }
        self.status = status
        self.error = error
    }

    // MARK: Values

    private static func object(
        _ members: [String: JSONValue], _ name: String
    ) throws(LogLineError) -> [String: JSONValue] {
        guard let value = members[name] else { return [:] }
        guard case .object(let object) = value else {
            throw LogLineError("\"\(name)\" is \(words(value)); expected an object")
        }
        for key in object.keys { try checkName(key, "a name in \"\(name)\"") }
        return object
    }

    private static func name(
        _ members: [String: JSONValue], _ name: String
    ) throws(LogLineError) -> String? {
        guard let value = members[name] else { return nil }
        guard case .text(let text) = value else {
            throw LogLineError("\"\(name)\" is \(words(value)); expected a text")
        }
        try checkName(text, "\"\(name)\"")
        return text
    }

    private static func checkName(_ text: String, _ what: String) throws(LogLineError) {
        guard !text.isEmpty, text.utf8.count <= longestName,
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else {
            throw LogLineError(
                "\(what) has \(text.utf8.count) bytes; expected 1 to \(longestName), without "
                    + "control characters")
        }
    }

    private static func check(_ text: String, _ what: String) throws(LogLineError) {
        guard text.utf8.count <= longestText, !text.unicodeScalars.contains("\0") else {
            throw LogLineError(
                "\(what) has \(text.utf8.count) bytes; expected \(longestText) at most, none of "
                    + "them 0")
        }
    }

    private static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .number(let number): number
        case .null: .nan
        case .text(let text):
            ["nan": Double.nan, "inf": .infinity, "-inf": -.infinity][text.lowercased()]
        case .flag, .list, .object: nil
        }
    }

    /// Seconds since 1970, or ISO 8601.
    private static func time(_ value: JSONValue) throws(LogLineError) -> Date {
        if case .text(let text) = value {
            if let date = LogTime.date(text) { return date }
        } else if let seconds = number(value), (0...253_402_300_799).contains(seconds) {
            return Date(timeIntervalSince1970: seconds)
        }
        throw LogLineError(
            "\"time\" is \(words(value)); expected seconds since 1970 or a time such as "
                + "2026-11-21T02:46:00Z")
    }

    private static func words(_ value: JSONValue) -> String {
        let text = value.canonicalJSON
        return String(text.prefix(40)) + (text.count > 40 ? "…" : "")
    }
}

/// Why a line is refused, one clause.
public struct LogLineError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What, found, expected.
    public let description: String

    init(_ description: String) { self.description = description }

    static func long(_ bytes: Int) -> LogLineError {
        LogLineError("the line has \(bytes) bytes; expected \(LogLine.longest) at most")
    }
}
