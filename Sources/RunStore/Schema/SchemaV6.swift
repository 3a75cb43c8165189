internal import GRDB

/// The sixth schema: a run need not be a cell of a grid.
///
/// A run has a kind. What only cells have (data set, model, loss, procedure, labels, seed, epochs) is
/// NULL for a logged run, which has a name instead, settings, tags, notes and curves of any name, by
/// epoch or by step. Every view of before shows cells, as it did; `any_run` and `any_metric` show all
/// runs. Of every run that has one the objective is known: the curve by which it is judged, and which
/// end of it is the good one.
enum SchemaV6 {
    static let identifier = "v6-open"
    static let version = 6

    /// Runs without checks of references, as SQLite asks for where a table is made anew: no row
    /// loses the number by which others know it.
    static func change(_ db: Database) throws {
        let views = try StoreRow.fetchAll(
            db, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY rowid"
        ).map { (name: try $0[0] as String, sql: try $0[1] as String) }
        // They stand aside: SQLite would write the new names into them.
        for view in views { try db.execute(sql: "DROP VIEW \"\(view.name)\"") }
        let last = try Int64.readOne(
            db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'run'")
        try db.execute(sql: runs)
        if let last {
            try db.execute(
                sql: """
                    DELETE FROM sqlite_sequence WHERE name IN ('run', 'new_run');
                    INSERT INTO sqlite_sequence (name, seq) VALUES ('new_run', \(last))
                    """)
        }
        try db.execute(sql: places + series + beside)
        for view in views where !SchemaV6.remade.contains(view.name) {
            try db.execute(sql: view.sql)
        }
        try db.execute(sql: SchemaV6.views)
    }

    private static let runs = """
        CREATE TABLE new_run (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            digest TEXT NOT NULL UNIQUE CHECK (digest <> ''),
            configuration TEXT NOT NULL CHECK (json_valid(configuration)),
            run_kind TEXT NOT NULL DEFAULT 'cell' CHECK (run_kind IN ('cell', 'logged')),
            run_name TEXT CHECK (run_name <> ''),
            dataset TEXT,
            model TEXT,
            loss TEXT,
            procedure TEXT,
            labels REAL CHECK (labels > 0 AND labels <= 100),
            seed INTEGER,
            epochs INTEGER CHECK (epochs >= 0),
            state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN
                ('queued', 'running', 'completed', 'failed', 'interrupted', 'pruned')),
            error TEXT,
            attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
            dataset_id INTEGER REFERENCES dataset,
            split_id INTEGER REFERENCES split,
            created TEXT NOT NULL,
            started TEXT,
            finished TEXT,
            seconds REAL CHECK (seconds >= 0),
            images_per_second REAL CHECK (images_per_second >= 0),
            peak_memory INTEGER CHECK (peak_memory >= 0),
            best_epoch INTEGER CHECK (best_epoch >= 0),
            git_revision TEXT,
            lightbox_version TEXT,
            host TEXT,
            cpu TEXT,
            threads INTEGER CHECK (threads > 0),
            code TEXT,
            code_commit TEXT,
            code_dirty INTEGER,
            retrains INTEGER REFERENCES run ON DELETE CASCADE,
            seal TEXT,
            objective_split TEXT,
            objective TEXT CHECK (objective <> ''),
            direction TEXT CHECK (direction IN ('maximise', 'minimise')),
            CHECK (state <> 'failed' OR error IS NOT NULL),
            CHECK (state NOT IN ('completed', 'failed', 'pruned') OR finished IS NOT NULL),
            CHECK (run_kind = 'logged' OR dataset IS NOT NULL AND model IS NOT NULL
                AND loss IS NOT NULL AND procedure IS NOT NULL AND labels IS NOT NULL
                AND seed IS NOT NULL AND epochs IS NOT NULL AND run_name IS NULL),
            CHECK (run_kind = 'cell' OR coalesce(dataset, model, loss, procedure, labels, seed, epochs,
                dataset_id, split_id, images_per_second, best_epoch, retrains) IS NULL),
            CHECK ((objective IS NULL) = (direction IS NULL)),
            CHECK ((objective IS NULL) = (objective_split IS NULL))
        ) STRICT;
        INSERT INTO new_run (\(columns), objective_split, objective, direction)
            SELECT \(columns), 'validation', \(objective("procedure")), 'maximise' FROM run;

        """

    private static let columns = """
        id, digest, configuration, dataset, model, loss, procedure, labels, seed, epochs, state, \
        error, attempts, dataset_id, split_id, created, started, finished, seconds, \
        images_per_second, peak_memory, best_epoch, git_revision, lightbox_version, host, cpu, \
        threads, code, code_commit, code_dirty, retrains, seal
        """

    /// By what cells were judged before it was written down, with the procedure in `column`.
    static func objective(_ column: String) -> String {
        "CASE \(column) WHEN 'classification' THEN 'class-accuracy' ELSE 'dice' END"
    }

    private static let places = """
        DROP TABLE run;
        ALTER TABLE new_run RENAME TO run;
        CREATE INDEX run_by_cell ON run (dataset, model, procedure, loss, labels, seed);
        CREATE INDEX run_by_state ON run (state);
        CREATE INDEX run_by_dataset ON run (dataset_id);
        CREATE INDEX run_by_split ON run (split_id);
        CREATE INDEX run_by_retrains ON run (retrains) WHERE retrains IS NOT NULL;

        """

    private static let series = """
        CREATE TABLE new_series (
            id INTEGER PRIMARY KEY,
            split TEXT NOT NULL,
            name TEXT NOT NULL CHECK (name <> ''),
            axis TEXT NOT NULL DEFAULT 'epoch' CHECK (axis IN ('epoch', 'step')),
            UNIQUE (split, name, axis)
        ) STRICT;
        INSERT INTO new_series (id, split, name) SELECT id, split, name FROM series;
        DROP TABLE series;
        ALTER TABLE new_series RENAME TO series;
        ALTER TABLE metric_point ADD COLUMN measured REAL;

        """

    private static let beside = """
        CREATE TABLE tag (
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            name TEXT NOT NULL CHECK (name <> ''),
            value TEXT NOT NULL,
            PRIMARY KEY (run, name)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE note (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            time TEXT NOT NULL,
            text TEXT NOT NULL CHECK (text <> '')
        ) STRICT;
        CREATE INDEX note_by_run ON note (run);

        """
}
