import Foundation
import GRDB

/// Numbers that look random and are the same every time (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

/// Makes copies of a store that are damaged, or made by another hand.
struct StoreDamager {
    private let whole: [UInt8]
    private(set) var random: SeededGenerator

    init(_ whole: Data, random: SeededGenerator) {
        self.whole = [UInt8](whole)
        self.random = random
    }

    /// Makes a store of a few small runs.
    static func makeStore(at path: String) throws {
        let process = Process()
        process.executableURL = Program.executable.deletingLastPathComponent()
            .appendingPathComponent("storebench")
        process.arguments = [
            "cells", "--store", path, "--cells", "4", "--images", "4", "--epochs", "5",
        ]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        // The log goes into the file.
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try queue.close()
    }

    /// Writes a damaged copy to `path`.
    ///
    /// - Returns: what was done.
    mutating func damage(at path: String) throws -> String {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
        let page = Int(whole[16]) << 8 | Int(whole[17])
        let pages = whole.count / max(512, page)
        var bytes = whole
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4:
            let count = Int.random(in: 1...8, using: &random)
            let places = (0..<count).map { _ in Int.random(in: 0..<bytes.count, using: &random) }
            for place in places { bytes[place] = .random(in: 0...255, using: &random) }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return "bytes \(places)"
        case 4..<6:
            let one = Int.random(in: 0..<pages, using: &random)
            let other = Int.random(in: 0..<pages, using: &random)
            for index in 0..<page { bytes.swapAt(one * page + index, other * page + index) }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return "pages \(one) and \(other) exchanged"
        case 6:
            let end = Int.random(in: 0..<bytes.count, using: &random)
            try Data(bytes[..<end]).write(to: URL(fileURLWithPath: path))
            return "cut at \(end)"
        default:
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return try plant(at: path)
        }
    }

    /// Puts a value into one column of a table, past everything that guards it: one of a wrong type,
    /// or another one of the right type.
    private mutating func plant(at path: String) throws -> String {
        let queue = try DatabaseQueue(path: path)
        let columns = try queue.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT t.name, c.name, t.sql FROM sqlite_schema t, pragma_table_info(t.name) c
                    WHERE t.type = 'table' AND t.name NOT GLOB 'sqlite_*' ORDER BY t.name, c.cid
                    """)
        }
        try queue.close()
        let choice = columns[Int.random(in: 0..<columns.count, using: &random)]
        let (table, column, strict): (String, String, String) = (choice[0], choice[1], choice[2])
        let values = [
            "NULL", "x'00ff'", "'zz'", "7", "0.25", "-1", "9e999", "''", "1e300", "-9.3e15",
            "9223372036854775807", "-9223372036854775808",
        ]
        let value = values[Int.random(in: 0..<values.count, using: &random)]
        var loose =
            strict
            .replacingOccurrences(of: ") STRICT, WITHOUT ROWID", with: ") WITHOUT ROWID")
            .replacingOccurrences(of: ") STRICT", with: ")")
        for type in ["TEXT", "INTEGER", "REAL", "ANY"] {
            loose = loose.replacingOccurrences(of: "\(type) NOT NULL", with: type)
        }
        // Half of them keep the loose table: a store that another hand made.
        let restores = Bool.random(using: &random)
        let order = Int.random(in: 0...3, using: &random)
        func schema(_ text: String) -> String {
            let quoted = text.replacingOccurrences(of: "'", with: "''")
            return "UPDATE sqlite_schema SET sql = '\(quoted)' WHERE name = '\(table)'"
        }
        let row =
            order == 0
            ? ""
            : " WHERE \"\(column)\" = (SELECT \"\(column)\" FROM \"\(table)\" LIMIT 1 OFFSET \(order))"
        for sql in [
            schema(loose), "UPDATE OR IGNORE \"\(table)\" SET \"\(column)\" = \(value)\(row)",
            restores ? schema(strict) : "SELECT 1",
        ] {
            let queue = try DatabaseQueue(path: path)
            try queue.writeWithoutTransaction { db in
                try db.execute(
                    sql: """
                        PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;
                        PRAGMA writable_schema = ON
                        """)
                // Some columns take only one type, whatever the table says.
                try? db.execute(sql: sql)
                _ = try? db.checkpoint(.truncate)
            }
            try queue.close()
        }
        return "\(table).\(column) = \(value)\(row)\(restores ? "" : ", not STRICT")"
    }
}
