internal import Domain
internal import Foundation
internal import ProtocolBuffers
internal import RunStore

/// What the event files of a run say: scalars by step, and settings of TensorBoard's HParams.
struct EventCurves {
    private(set) var points: [LoggedPoint] = []
    private(set) var parameters: [String: JSONValue] = [:]
    /// When the first and the last event were written.
    private(set) var first: Date?, last: Date?
    /// How many values of which kind have no place in the store.
    private(set) var leftOut: [String: Int] = [:]
    /// Files that stop to be ones, a sentence each.
    private(set) var problems: [String] = []

    /// Takes a file; one that ends in the middle of a record, as while it is written, is taken so far.
    mutating func read(_ url: URL) throws {
        var file = try EventFile(url)
        while let record = file.next() { take(record) }
        if let place = file.damage {
            problems.append("'\(url.path)' from byte \(place) on: it is cut off or damaged there")
        }
    }

    private mutating func take(_ record: Data) {
        var time: Date?
        var step: Int64 = 0
        var summary: Data?
        for (field, value) in ProtocolFields(record) {
            switch field {
            case 1:
                guard let seconds = value.double, (0...253_402_300_799).contains(seconds) else {
                    continue
                }
                time = Date(timeIntervalSince1970: seconds)
            case 2: step = value.number.map { Int64(bitPattern: $0) } ?? 0
            case 5: summary = value.bytes
            default: continue
            }
        }
        if let time {
            first = min(first ?? time, time)
            last = max(last ?? time, time)
        }
        guard let summary else { return }
        for (field, value) in ProtocolFields(summary) {
            guard field == 1, let bytes = value.bytes else { continue }
            take(SummaryValue(bytes), step: Int(step), time: time)
        }
    }

    private mutating func take(_ value: SummaryValue, step: Int, time: Date?) {
        if let settings = value.settings {
            parameters.merge(settings) { $1 }
            return
        }
        guard let number = value.number else {
            if let kind = value.kind { leftOut[kind, default: 0] += 1 }
            return
        }
        guard step >= 0, !value.tag.isEmpty else {
            leftOut["scalar below step 0 or without a name", default: 0] += 1
            return
        }
        points.append(
            LoggedPoint(key: value.tag, axis: .step, position: step, value: number, time: time))
    }
}

/// One value of a summary.
private struct SummaryValue {
    var tag = ""
    /// The scalar; nil for anything else.
    var number: Double?
    /// What it is where it is no scalar; nil for what says nothing.
    var kind: String?
    /// Settings, where it begins a session of HParams.
    var settings: [String: JSONValue]?

    init(_ bytes: Data) {
        var tensor: Data?, metadata: Data?
        for (field, value) in ProtocolFields(bytes) {
            switch field {
            case 1: tag = value.text ?? ""
            case 2: number = value.float.map(Double.init)
            case 4: kind = "image"
            case 5: kind = "histogram"
            case 6: kind = "sound"
            case 8: tensor = value.bytes
            case 9: metadata = value.bytes
            default: continue
            }
        }
        let plugin = metadata.map(Self.plugin)
        if plugin?.name == "hparams" {
            settings = plugin.flatMap { Self.settings($0.content) }
            return
        }
        guard let tensor else { return }
        if plugin?.name == nil || plugin?.name == "scalars" { number = Self.scalar(tensor) }
        if number == nil { kind = plugin.map { "tensor of '\($0.name)'" } ?? "tensor" }
    }

    private static func plugin(_ metadata: Data) -> (name: String, content: Data) {
        var name = "", content = Data()
        for (field, value) in ProtocolFields(metadata) where field == 1 {
            for (field, value) in ProtocolFields(value.bytes ?? Data()) {
                if field == 1 { name = value.text ?? "" }
                if field == 2 { content = value.bytes ?? Data() }
            }
        }
        return (name, content)
    }

    /// The one number of a tensor of floats or doubles.
    private static func scalar(_ tensor: Data) -> Double? {
        var type: UInt64 = 0
        var content: Data?, listed: Double?
        for (field, value) in ProtocolFields(tensor) {
            switch (field, value) {
            case (1, .number(let number)): type = number
            case (4, .bytes(let bytes)): content = bytes
            case (5, .fixed32(let bits)): listed = Double(Float(bitPattern: bits))
            case (5, .bytes(let bytes)), (6, .bytes(let bytes)): content = bytes
            case (6, .fixed64(let bits)): listed = Double(bitPattern: bits)
            default: continue
            }
        }
        if let listed { return listed }
        guard let content else { return nil }
        func bits<Number: FixedWidthInteger>(_: Number.Type) -> Number {
            content.enumerated().reduce(0) { $0 | Number($1.element) << (8 * $1.offset) }
        }
        switch (type, content.count) {
        case (1, 4): return Double(Float(bitPattern: bits(UInt32.self)))
        case (2, 8): return Double(bitPattern: bits(UInt64.self))
        default: return nil
        }
    }

    /// The settings of a session's start; nil for other data of the plugin.
    private static func settings(_ content: Data) -> [String: JSONValue]? {
        guard let start = ProtocolFields(content).first(where: { $0.field == 3 })?.value.bytes
        else { return nil }
        var settings: [String: JSONValue] = [:]
        for (field, value) in ProtocolFields(start) where field == 1 {
            var name = "", setting = JSONValue.null
            for (field, value) in ProtocolFields(value.bytes ?? Data()) {
                if field == 1 { name = value.text ?? "" }
                if field == 2, let bytes = value.bytes { setting = Self.value(bytes) }
            }
            if !name.isEmpty { settings[name] = setting }
        }
        return settings
    }

    /// A `google.protobuf.Value`.
    private static func value(_ bytes: Data) -> JSONValue {
        for (field, value) in ProtocolFields(bytes) {
            switch field {
            case 2:
                guard let number = value.double else { continue }
                return Int64(exactly: number).map { .integer($0) } ?? .number(number)
            case 3: return value.text.map { .text($0) } ?? .null
            case 4: return .flag(value.number == 1)
            default: continue
            }
        }
        return .null
    }
}
