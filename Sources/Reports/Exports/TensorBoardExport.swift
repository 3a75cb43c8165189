internal import Domain
public import Files
public import Foundation
internal import Hashing
internal import ProtocolBuffers
public import RunStore

/// Writes runs as TensorBoard event files: a folder a run, scalars by epoch, final results at the
/// best epoch.
public struct TensorBoardExport {
    private let store: RunStore

    /// An export from `store`.
    public init(_ store: RunStore) { self.store = store }

    /// Writes one folder a run below `folder`, named after the run, under `rule`.
    ///
    /// - Returns: the event files.
    /// - Throws: `StoreError`, `OutputError`.
    public func write(
        _ runs: [RunID], to folder: URL, rule: OutputRule = OutputRule()
    ) throws -> [URL] {
        let rule = try rule.folder(folder.relativePath)
        return try runs.map { id in
            let run = try store.exportedRun(id)
            let own = folder.appendingPathComponent(Self.folderName(of: run))
            let start = Int(
                nearest: run.time(ofEpoch: 0).timeIntervalSince1970.rounded(.towardZero))
            let file = own.appendingPathComponent("events.out.tfevents.\(start).lightbox")
            try rule.file(file.relativePath).write(Self.events(of: run))
            return file
        }
    }

    /// `0001-mcx-unet-kltv-100-seed-1`
    static func folderName(of run: ExportedRun) -> String {
        let number = String(run.id)
        let words = run.name.split { !$0.isLetter && !$0.isNumber && $0 != "." }
        return FileName.encoded(
            String(repeating: "0", count: max(0, 4 - number.count)) + number + "-"
                + words.joined(separator: "-"))
    }

    /// The bytes of the run's event file.
    static func events(of run: ExportedRun) -> [UInt8] {
        var file: [UInt8] = []
        func append(_ event: ProtocolBuffer) { file += record(event.bytes) }
        var version = ProtocolBuffer()
        version.write(1, double: run.time(ofEpoch: 0).timeIntervalSince1970)
        version.write(3, text: "brain.Event:2")
        append(version)
        for point in run.points {
            append(
                scalar(
                    point.key, Float(point.value ?? .nan), step: point.epoch,
                    time: run.time(of: point)))
        }
        let step = run.bestEpoch ?? run.epochs
        for result in run.results {
            append(
                scalar(
                    result.key, Float(result.value), step: step, time: run.time(ofEpoch: run.epochs)
                ))
        }
        return file
    }

    private static func scalar(_ tag: String, _ value: Float, step: Int, time: Date)
        -> ProtocolBuffer
    {
        var entry = ProtocolBuffer()
        entry.write(1, text: tag)
        entry.write(2, float: value)
        var summary = ProtocolBuffer()
        summary.write(1, message: entry)
        var event = ProtocolBuffer()
        event.write(1, double: time.timeIntervalSince1970)
        event.write(2, integer: UInt64(max(0, step)))
        event.write(5, message: summary)
        return event
    }

    /// TFRecord framing: length, its checksum, payload, its checksum.
    private static func record(_ payload: [UInt8]) -> [UInt8] {
        let length = ProtocolBuffer.littleEndian(UInt64(payload.count))
        return length + ProtocolBuffer.littleEndian(CRC32C.masked(length)) + payload
            + ProtocolBuffer.littleEndian(CRC32C.masked(payload))
    }
}
