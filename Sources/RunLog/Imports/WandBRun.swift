internal import Domain
internal import Foundation
internal import ProtocolBuffers
internal import RunStore

/// What the logs of one run of W&B say. Numbers of fields are those of `wandb_internal.proto`.
///
/// Who ran it, on which machine, in which folder and from which repository is never read.
struct WandBRun {
    private(set) var id = "", started: Date?
    private var project = "", name = "", notes = ""
    private var revision: String?
    private let settings = WandBValues(), summary = WandBValues()
    private var tags: [String: String] = [:]
    private var points: [LoggedPoint] = []
    /// Where in `points` the value of a curve at a step is.
    /// Names of all that was logged by step, numbers or not.
    private var logged: Set<String> = []
    private var latest: Date?
    private var exitCode: Int?
    /// How many things of which kind have no place in the store.
    private(set) var leftOut: [String: Int] = [:]

    /// What tells the run from others: IDs are unique within a project.
    var identity: String { project.isEmpty ? id : "\(project)/\(id)" }

    /// W&B's own settings and values.
    private static let own: Set = ["_wandb", "_step", "_timestamp", "_runtime"]

    /// Takes a record.
    mutating func take(_ record: Data) {
        guard ProtocolFields.isWhole(record) else { return leave("record not understood") }
        for (field, value) in ProtocolFields(record) {
            guard let content = value.bytes else { continue }
            switch field {
            case 2: takeHistory(content)
            case 3: take(content, of: summary, "value of the summary")
            case 4, 13:
                leave("record of console output")
                noteTime(of: content)
            case 5: take(content, of: settings, "setting")
            case 6: leave("file beside the log", ProtocolFields(content).count { $0.field == 1 })
            case 7:
                leave("record of system metrics")
                noteTime(of: content)
            case 8, 24, 25: leave("artifact")
            case 9: leave("folder of TensorBoard")
            case 10: leave("alert")
            case 17: takeRun(content)
            case 18: takeExit(content)
            case 26: takeRevision(content, in: 9)
            default: continue
            }
        }
    }

    private mutating func leave(_ kind: String, _ count: Int = 1) {
        if count > 0 { leftOut[kind, default: 0] += count }
    }

    /// A `RunRecord`; one that comes again says what has changed.
    private mutating func takeRun(_ content: Data) {
        var words: [String] = []
        for (field, value) in ProtocolFields(content) {
            let text = value.text.flatMap { $0.isEmpty ? nil : $0 }
            switch field {
            case 1: id = text ?? id
            case 3: project = text ?? project
            case 4: take(value.bytes ?? Data(), of: settings, "setting")
            case 5: take(value.bytes ?? Data(), of: summary, "value of the summary")
            case 6: tags["wandb.group"] = text
            case 7: tags["wandb.job_type"] = text
            case 8: name = text ?? name
            case 9: notes = text ?? notes
            case 10: words += text.map { [$0] } ?? []
            case 12: tags["wandb.sweep"] = text
            case 17: started = started ?? value.bytes.flatMap(Self.time)
            default: continue
            }
        }
        takeRevision(content, in: 21)
        if !words.isEmpty { tags["wandb.tags"] = words.joined(separator: ", ") }
    }

    /// A `GitRepoRecord`: of it the commit.
    private mutating func takeRevision(_ content: Data, in field: UInt64) {
        let repository = ProtocolFields(content).first { $0.field == field }?.value.bytes ?? Data()
        let commit = ProtocolFields(repository).first { $0.field == 2 }?.value.text
        if let commit, !commit.isEmpty { revision = commit }
    }

    /// A `RunExitRecord`: one that says so (field 3) ends a part of the run only.
    private mutating func takeExit(_ content: Data) {
        var code = 0, isWhole = true
        for (field, value) in ProtocolFields(content) {
            if field == 1 { code = value.signed.map { Int(Int32(truncatingIfNeeded: $0)) } ?? code }
            if field == 3 { isWhole = value.number != 1 }
        }
        exitCode = isWhole ? code : nil
    }

    /// A `ConfigRecord` or `SummaryRecord`: values that are set (field 1) and taken back (field 2).
    private mutating func take(_ content: Data, of values: WandBValues, _ kind: String) {
        for (field, value) in ProtocolFields(content) where field == 1 || field == 2 {
            guard let item = value.bytes.flatMap(Item.init) else {
                leave("\(kind) that cannot be read")
                continue
            }
            if field == 2 {
                values.set(item.path[...], to: nil)
            } else if let value = item.value {
                values.set(item.path[...], to: value)
            } else {
                leave("\(kind) that cannot be read")
            }
        }
    }

    /// A `HistoryRecord`: values of one step.
    private mutating func takeHistory(_ content: Data) {
        let values = WandBValues()
        var step: Int?
        for (field, value) in ProtocolFields(content) {
            guard let bytes = value.bytes else { continue }
            if field == 2 {
                step = ProtocolFields(bytes).reduce(0) {
                    $1.field == 1 ? $1.value.signed ?? $0 : $0
                }
            } else if field == 1 {
                guard let item = Item(bytes), let value = item.value else {
                    leave("value that cannot be read")
                    continue
                }
                values.set(item.path[...], to: value)
            }
        }
        step = step ?? values["_step"].flatMap(Self.number).flatMap { Int(exactly: $0) }
        guard let step, step >= 0 else {
            return leave("record of values without a step from 0 on")
        }
        let time = values["_timestamp"].flatMap(Self.number).flatMap(Self.date)
        note(time)
        let long = values.forEach(except: Self.own) { name, value in
            take(value, named: name, step: step, time: time)
        }
        leave("value with a name that is too long or none", long)
    }

    private mutating func take(_ value: JSONValue, named name: String, step: Int, time: Date?) {
        logged.insert(name)
        guard let number = Self.number(value) else { return leave(Self.kind(of: value)) }
        let point = LoggedPoint(key: name, axis: .step, position: step, value: number, time: time)
        points.append(point)
    }

    private mutating func note(_ time: Date?) {
        latest = [latest, time].compactMap(\.self).max()
    }

    /// Of a `StatsRecord`, an `OutputRecord` or an `OutputRawRecord`.
    private mutating func noteTime(of content: Data) {
        note(ProtocolFields(content).first { $0.field == 2 }?.value.bytes.flatMap(Self.time))
    }

    /// The run as the store takes it. Of the summary count numbers that no curve has, such as those that a
    /// program sets itself: each is a curve of one value, at step 0.
    mutating func imported() -> ImportedRun {
        var parameters: [String: JSONValue] = [:]
        leave(
            "setting with a name that is too long or none",
            settings.forEach(except: Self.own) { parameters[$0] = $1 })
        let last = points.reduce(into: [String: LoggedPoint]()) { last, point in
            let key = point.split.isEmpty ? point.name : "\(point.split)/\(point.name)"
            if last[key].map({ $0.position <= point.position }) ?? true { last[key] = point }
        }
        let long = summary.forEach(except: Self.own) { name, value in
            let number = Self.number(value)
            if let end = last[name]?.value {
                let isSame = number == end || end.isNaN && number?.isNaN == true
                if !isSame { leave("value of the summary that is not the last of its curve") }
            } else if let number {
                points.append(LoggedPoint(key: name, axis: .step, position: 0, value: number))
            } else if !logged.contains(name) {
                leave("value of the summary without a number")
            }
        }
        leave("value with a name that is too long or none", long)
        let state: RunState =
            switch exitCode {
            case nil: .interrupted
            case 0: .completed
            default: .failed
            }
        return ImportedRun(
            run: LoggedRun(
                source: "wandb", id: identity, experiment: project.isEmpty ? nil : project,
                name: name.isEmpty ? id : name, parameters: parameters, tags: tags,
                gitRevision: revision),
            state: state, error: state == .failed ? "exit status \(exitCode ?? 0)" : nil,
            started: started, finished: exitCode == nil ? nil : latest ?? started, points: points,
            notes: notes.isEmpty ? [] : [notes])
    }

    // MARK: Values

    /// A `ConfigItem`, `HistoryItem` or `SummaryItem`: a name, or the names of groups and of what is in
    /// them, and a value: in JSON, or in a field of its type.
    private struct Item {
        private(set) var path: [String] = []
        /// Nil for what is no JSON.
        private(set) var value: JSONValue?

        /// Nil for one whose name cannot be read.
        init?(_ bytes: Data) {
            for (field, content) in ProtocolFields(bytes) {
                switch field {
                case 1, 2:
                    guard let text = content.text, path.count < WandBValues.deepest else {
                        return nil
                    }
                    // An empty `key` beside a `nested_key` says nothing.
                    if field == 2 || !text.isEmpty { path.append(text) }
                case 3: value = .null
                case 4: value = content.number.map { .flag($0 != 0) }
                case 5: value = content.zigzag.map { .integer(Int64($0)) }
                case 6: value = content.double.map { .number($0) }
                case 7: value = content.text.map { .text($0) }
                case 8, 16: value = content.text.flatMap { try? JSONLine.value($0.utf8) }
                default: continue
                }
            }
            if path.isEmpty { return nil }
        }
    }

    private static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .number(let number): number
        case .integer(let number): Double(number)
        default: nil
        }
    }

    /// What a value is that is no number, as the report says it.
    private static func kind(of value: JSONValue) -> String {
        guard case .object(let members) = value, case .text(let type)? = members["_type"] else {
            return "value without a number"
        }
        return "value of the type '\(type.prefix(60))'"
    }

    private static func date(_ seconds: Double) -> Date? {
        (0...253_402_300_799).contains(seconds) ? Date(timeIntervalSince1970: seconds) : nil
    }

    /// A `google.protobuf.Timestamp`.
    private static func time(_ bytes: Data) -> Date? {
        var seconds = 0.0
        for (field, value) in ProtocolFields(bytes) {
            if field == 1 { seconds += Double(value.signed ?? 0) }
            if field == 2 { seconds += Double(value.signed ?? 0) / 1e9 }
        }
        return date(seconds)
    }
}
