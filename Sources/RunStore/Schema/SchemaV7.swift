/// The seventh schema: what a machine did while it trained.
///
/// One row an epoch, beside the curves and not among them: it says nothing about results, and two equal
/// trainings have different ones. How long an epoch took and how fast it was are curves of old.
enum SchemaV7 {
    static let identifier = "v7-machine"
    static let version = 7

    static let statements = """
        CREATE TABLE machine_load (
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            epoch INTEGER NOT NULL CHECK (epoch >= 0),
            processors REAL CHECK (processors >= 0),
            memory INTEGER CHECK (memory >= 0),
            PRIMARY KEY (run, epoch)
        ) STRICT, WITHOUT ROWID;
        """
}
