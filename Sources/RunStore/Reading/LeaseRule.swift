internal import Foundation
internal import GRDB

/// Whether a lease is over: one rule for claims, for lists and for the SQL of this program.
///
/// A lease of a process of this machine is over once that is gone, and until then as long as it is
/// renewed. Of one elsewhere only the time tells. The views of the file know the time alone, since
/// any program may read them; a connection of this program has views of the same names that call
/// the rule.
struct LeaseRule: Sendable {
    private let watch = LeaseWatch()

    /// Whether the lease of a row is over.
    ///
    /// - Parameters:
    ///   - expires: when it ends unless it is renewed, seconds since 1970; `heartbeat` when it was.
    ///   - process: the number of the process that holds it, and when that started.
    func isOver(
        run: RunID, owner: String, heartbeat: Double, expires: Double, process: Int32,
        start: Int64?, machine: String
    ) -> Bool {
        switch Worker.life(ofProcess: process, start: start, machine: machine) {
        case .dead: true
        case .unknown, .stopped: expires < Timestamp.now
        case .alive:
            watch.silence(of: run, owner: owner, heartbeat: heartbeat) >= expires - heartbeat
        }
    }

    // MARK: SQL

    /// Name of the function, for the guard of queries.
    static let name = "lease_is_over"

    /// The function over the columns of a lease `l`; true where there is none.
    static let call =
        "\(name)(l.run, l.owner, l.heartbeat, l.expires, l.pid, l.process_start, l.machine)"

    /// The rule as a function of SQL.
    var function: DatabaseFunction {
        DatabaseFunction(Self.name, argumentCount: 7, pure: false) { [self] values in
            guard let run = Int64.fromDatabaseValue(values[0]),
                let owner = String.fromDatabaseValue(values[1]),
                let heartbeat = Double.fromDatabaseValue(values[2]),
                let expires = Double.fromDatabaseValue(values[3]),
                let process = Int32.fromDatabaseValue(values[4]),
                let machine = String.fromDatabaseValue(values[6])
            else { return true }
            return isOver(
                run: run, owner: owner, heartbeat: heartbeat, expires: expires, process: process,
                start: Int64.fromDatabaseValue(values[5]), machine: machine)
        }
    }

    /// Has a connection show runs by the rule: its views `any_run` and `run_overview` hide those of
    /// the file, which stay as they are.
    static func show(in db: Database) throws {
        try db.execute(sql: SchemaV6.runViews("CREATE TEMP VIEW", isOver: call))
    }
}
