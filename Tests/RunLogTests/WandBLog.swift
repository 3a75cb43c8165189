import Foundation
import Hashing
import ProtocolBuffers

/// A log of W&B, made by the words of LevelDB's format and of `wandb_internal.proto`. What W&B itself
/// writes is read by `make test-interop`.
enum WandBLog {
    /// A file of these records, cut into pieces at the ends of blocks.
    static func file(_ records: [ProtocolBuffer]) -> Data { file(of: records.map(\.bytes)) }

    /// A file of these bytes as records.
    static func file(of records: [[UInt8]]) -> Data {
        var file = Array(":W&B".utf8) + [0xE1, 0xBE, 0]
        for record in records {
            var rest = record[...]
            var isFirst = true
            repeat {
                let left = 32_768 - file.count % 32_768
                if left < 7 {
                    file += [UInt8](repeating: 0, count: left)
                    continue
                }
                let piece = rest.prefix(left - 7)
                rest = rest.dropFirst(piece.count)
                let kind: UInt8 = isFirst ? (rest.isEmpty ? 1 : 2) : (rest.isEmpty ? 4 : 3)
                file += ProtocolBuffer.littleEndian(CRC32.checksum([kind] + piece))
                file += ProtocolBuffer.littleEndian(UInt16(piece.count)) + [kind] + piece
                isFirst = false
            } while !rest.isEmpty || isFirst
        }
        return Data(file)
    }

    static func message(_ write: (inout ProtocolBuffer) -> Void) -> ProtocolBuffer {
        var message = ProtocolBuffer()
        write(&message)
        return message
    }

    static func record(
        _ field: UInt64, _ write: (inout ProtocolBuffer) -> Void = { _ in }
    ) -> ProtocolBuffer {
        let content = message(write)
        return message { $0.write(field, message: content) }
    }

    static func item(_ path: [String], _ json: String) -> ProtocolBuffer {
        message {
            if path.count == 1 {
                $0.write(1, text: path[0])
            } else {
                for name in path { $0.write(2, text: name) }
            }
            $0.write(16, text: json)
        }
    }

    static func time(_ seconds: UInt64) -> ProtocolBuffer {
        message { $0.write(1, integer: seconds) }
    }

    static func run(
        _ id: String = "abc", project: String = "chests", begun: UInt64 = 1_760_000_000,
        config: [([String], String)] = []
    ) -> ProtocolBuffer {
        record(17) { run in
            run.write(1, text: id)
            run.write(2, text: "entity-jane")
            run.write(3, text: project)
            run.write(
                4,
                message: message { for one in config { $0.write(1, message: item(one.0, one.1)) } })
            run.write(6, text: "g")
            run.write(8, text: "unet-1")
            run.write(9, text: "first try")
            run.write(10, text: "a")
            run.write(10, text: "b")
            run.write(13, text: "host-of-jane")
            run.write(17, message: time(begun))
            run.write(
                21,
                message: message {
                    $0.write(1, text: "git@example.org:jane/secret.git")
                    $0.write(2, text: "c0ffee")
                })
        }
    }

    static func history(_ step: Int, _ items: [([String], String)]) -> ProtocolBuffer {
        record(2) { history in
            for one in items { history.write(1, message: item(one.0, one.1)) }
            history.write(2, message: message { $0.write(1, signed: step) })
        }
    }

    static func summary(_ items: [([String], String)]) -> ProtocolBuffer {
        record(3) { for one in items { $0.write(1, message: item(one.0, one.1)) } }
    }

    static func exit(_ code: Int) -> ProtocolBuffer { record(18) { $0.write(1, signed: code) } }

    /// A run with all that there may be.
    static let whole = [
        record(21),
        run(config: [
            (["lr"], "0.1"), (["model"], #"{"name": "unet", "width": 16}"#), (["_wandb"], "{}"),
            (["flag"], "true"), (["list"], "[1,2]"), (["model", "_target_"], "\"x\""),
        ]),
        record(26) {
            for (field, text) in [
                (5, "--key=jane-args"), (6, "/home/jane/train.py"), (7, "jane-code"),
                (10, "jane@example.org"), (11, "/home/jane"), (12, "host-of-jane"),
                (13, "jane-user"),
                (14, "/home/jane/bin/python"),
            ] { $0.write(UInt64(field), text: text) }
        },
        history(
            0,
            [
                (["loss"], "1.5"), (["val/dice"], "0.25"), (["nan"], "NaN"), (["text"], "\"x\""),
                (["nested", "a"], "1"), (["_timestamp"], "1760000001.5"), (["_step"], "0"),
                (["img"], #"{"_type": "image-file", "width": 4}"#),
                (["table", "_type"], #""table-file""#), (["table", "nrows"], "3"),
            ]),
        record(7) { $0.write(2, message: time(1_760_000_002)) },
        record(13) { $0.write(3, text: "jane-said") },
        history(7, [(["loss"], "0.5"), (["group"], #"{"b": 2}"#), (["_timestamp"], "1760000009")]),
        record(5) { $0.write(1, message: item(["model", "width"], "32")) },
        record(5) { $0.write(2, message: item(["flag"], "")) },
        record(8) { $0.write(3, text: "entity-jane") },
        summary([
            (["loss"], "0.5"), (["best"], "0.9"), (["_runtime"], "3"), (["text"], "\"x\""),
            (["who"], "\"y\""), (["val/dice"], "0.3"),
        ]),
        exit(0),
    ]
}
