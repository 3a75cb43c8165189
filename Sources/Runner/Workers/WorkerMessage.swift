import Foundation
import RunStore

/// What a sweep tells a worker process, as a line of JSON on the worker's standard input.
struct WorkerOrder: Sendable, Hashable, Codable {
    /// Number of the cell in the sweep's plan.
    var number: Int
    /// Its name in progress lines.
    var title: String
    /// Number of the run in the store, and which file that is: the path may name another by now.
    var run: RunID, store: String
    /// The states from which the run may be claimed.
    var states: Set<RunState>
    /// The cell, an entry a key.
    var cell: [String: String]
    /// Epoch after which the run is paused; nil trains to the end.
    var pauseAfter: Int?
}

/// What a worker process tells its sweep, as a line of JSON on its standard output.
enum WorkerReport: Sendable, Hashable, Codable {
    /// Something happened in the cell under training.
    case event(SweepEvent)
    /// The cell is done with.
    case ended(CellRunner.Ending)
    /// The store failed; nothing can be recorded any more.
    case broken(reason: String)
}

/// Lines of JSON between a sweep and its workers; numbers that are not finite survive.
enum WorkerLine {
    private static let positive = "inf", negative = "-inf", none = "nan"

    static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: positive, negativeInfinity: negative, nan: none)
        return try encoder.encode(value) + Data([0x0A])
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from line: Data) throws -> Value {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: positive, negativeInfinity: negative, nan: none)
        return try decoder.decode(type, from: line)
    }
}

/// Cuts a stream of bytes into lines.
struct LineBuffer {
    private var rest = Data()

    /// The lines that `data` completes, without their ends.
    mutating func lines(adding data: Data) -> [Data] {
        rest.append(data)
        var lines: [Data] = []
        while let end = rest.firstIndex(of: 0x0A) {
            lines.append(Data(rest[rest.startIndex..<end]))
            rest = Data(rest[rest.index(after: end)...])
        }
        return lines
    }
}
