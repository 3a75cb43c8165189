/// The first schema. Append-only: a released migration is never edited.
enum SchemaV1 {
    static let identifier = "v1-runs"

    /// Runs, what they were trained on, and how far they are.
    static let runs = """
        CREATE TABLE store (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            uuid TEXT NOT NULL,
            created TEXT NOT NULL
        ) STRICT;

        CREATE TABLE experiment (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE CHECK (name <> ''),
            description TEXT NOT NULL,
            report TEXT NOT NULL,
            source TEXT NOT NULL,
            created TEXT NOT NULL
        ) STRICT;

        CREATE TABLE dataset (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL CHECK (name <> ''),
            fingerprint TEXT NOT NULL CHECK (fingerprint <> ''),
            images INTEGER NOT NULL CHECK (images >= 0),
            masks INTEGER NOT NULL CHECK (masks BETWEEN 0 AND images),
            classes TEXT NOT NULL CHECK (json_valid(classes)),
            side INTEGER NOT NULL CHECK (side > 0),
            notes TEXT NOT NULL CHECK (json_valid(notes)),
            created TEXT NOT NULL,
            UNIQUE (name, fingerprint)
        ) STRICT;

        CREATE TABLE image (
            id INTEGER PRIMARY KEY,
            dataset_id INTEGER NOT NULL REFERENCES dataset ON DELETE CASCADE,
            name TEXT NOT NULL CHECK (name <> ''),
            class TEXT,
            patient TEXT,
            has_mask INTEGER NOT NULL CHECK (has_mask IN (0, 1)),
            width INTEGER CHECK (width > 0),
            height INTEGER CHECK (height > 0),
            UNIQUE (dataset_id, name)
        ) STRICT;

        CREATE TABLE split (
            id INTEGER PRIMARY KEY,
            dataset_id INTEGER NOT NULL REFERENCES dataset ON DELETE CASCADE,
            digest TEXT NOT NULL,
            seed INTEGER NOT NULL,
            labels REAL NOT NULL CHECK (labels > 0 AND labels <= 100),
            rule TEXT NOT NULL,
            train INTEGER NOT NULL,
            labelled INTEGER NOT NULL CHECK (labelled BETWEEN 0 AND train),
            validation INTEGER NOT NULL,
            test INTEGER NOT NULL,
            UNIQUE (dataset_id, digest)
        ) STRICT;

        CREATE TABLE split_image (
            split_id INTEGER NOT NULL REFERENCES split ON DELETE CASCADE,
            image_id INTEGER NOT NULL REFERENCES image ON DELETE CASCADE,
            part TEXT NOT NULL CHECK (part IN ('train', 'validation', 'test')),
            labelled INTEGER NOT NULL CHECK (labelled IN (0, 1) AND labelled <= (part = 'train')),
            PRIMARY KEY (split_id, image_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX split_image_by_image ON split_image (image_id);

        CREATE TABLE run (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            digest TEXT NOT NULL UNIQUE CHECK (digest <> ''),
            configuration TEXT NOT NULL CHECK (json_valid(configuration)),
            dataset TEXT NOT NULL,
            model TEXT NOT NULL,
            loss TEXT NOT NULL,
            procedure TEXT NOT NULL,
            labels REAL NOT NULL CHECK (labels > 0 AND labels <= 100),
            seed INTEGER NOT NULL,
            epochs INTEGER NOT NULL CHECK (epochs >= 0),
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
            CHECK (state <> 'failed' OR error IS NOT NULL),
            CHECK (state NOT IN ('completed', 'failed', 'pruned') OR finished IS NOT NULL)
        ) STRICT;
        CREATE INDEX run_by_cell ON run (dataset, model, procedure, loss, labels, seed);
        CREATE INDEX run_by_state ON run (state);
        CREATE INDEX run_by_dataset ON run (dataset_id);
        CREATE INDEX run_by_split ON run (split_id);

        CREATE TABLE experiment_run (
            experiment_id INTEGER NOT NULL REFERENCES experiment ON DELETE CASCADE,
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            position INTEGER NOT NULL,
            PRIMARY KEY (experiment_id, run)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX experiment_run_by_run ON experiment_run (run);

        CREATE TABLE lease (
            run INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
            owner TEXT NOT NULL CHECK (owner <> ''),
            host TEXT NOT NULL,
            pid INTEGER NOT NULL,
            process_start INTEGER,
            machine TEXT NOT NULL,
            acquired REAL NOT NULL,
            heartbeat REAL NOT NULL,
            expires REAL NOT NULL,
            epoch INTEGER,
            step INTEGER,
            steps INTEGER,
            loss REAL,
            validation_dice REAL,
            images_per_second REAL
        ) STRICT;

        CREATE TABLE param (
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            name TEXT NOT NULL CHECK (name <> ''),
            value ANY,
            PRIMARY KEY (run, name)
        ) STRICT, WITHOUT ROWID;
        """

    /// What runs measured.
    static let measurements = """
        CREATE TABLE series (
            id INTEGER PRIMARY KEY,
            split TEXT NOT NULL CHECK (split IN ('train', 'validation', 'test')),
            name TEXT NOT NULL CHECK (name <> ''),
            UNIQUE (split, name)
        ) STRICT;

        CREATE TABLE metric_point (
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            epoch INTEGER NOT NULL CHECK (epoch >= 0),
            series_id INTEGER NOT NULL REFERENCES series,
            value REAL,
            PRIMARY KEY (run, epoch, series_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE metric_summary (
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            series_id INTEGER NOT NULL REFERENCES series,
            points INTEGER NOT NULL CHECK (points > 0),
            last_epoch INTEGER NOT NULL,
            last_value REAL,
            min_epoch INTEGER,
            min_value REAL,
            max_epoch INTEGER,
            max_value REAL,
            PRIMARY KEY (run, series_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE measure (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE CHECK (name <> '')
        ) STRICT;

        CREATE TABLE evaluation (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            weights TEXT NOT NULL CHECK (weights IN ('best', 'last')),
            split TEXT NOT NULL CHECK (split IN ('train', 'validation', 'test')),
            epoch INTEGER,
            images INTEGER NOT NULL CHECK (images >= 0),
            UNIQUE (run, weights, split)
        ) STRICT;

        CREATE TABLE evaluation_metric (
            evaluation_id INTEGER NOT NULL REFERENCES evaluation ON DELETE CASCADE,
            measure_id INTEGER NOT NULL REFERENCES measure,
            images INTEGER NOT NULL CHECK (images >= 0),
            mean REAL,
            sd REAL,
            minimum REAL,
            maximum REAL,
            pooled REAL,
            PRIMARY KEY (evaluation_id, measure_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE image_value (
            evaluation_id INTEGER NOT NULL REFERENCES evaluation ON DELETE CASCADE,
            measure_id INTEGER NOT NULL REFERENCES measure,
            image_id INTEGER NOT NULL REFERENCES image ON DELETE CASCADE,
            value REAL,
            PRIMARY KEY (evaluation_id, measure_id, image_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE image_class (
            evaluation_id INTEGER NOT NULL REFERENCES evaluation ON DELETE CASCADE,
            image_id INTEGER NOT NULL REFERENCES image ON DELETE CASCADE,
            target TEXT,
            predicted TEXT NOT NULL,
            probability REAL,
            PRIMARY KEY (evaluation_id, image_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE class_value (
            evaluation_id INTEGER NOT NULL REFERENCES evaluation ON DELETE CASCADE,
            class TEXT NOT NULL,
            measure_id INTEGER NOT NULL REFERENCES measure,
            value REAL,
            PRIMARY KEY (evaluation_id, class, measure_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE confusion_count (
            evaluation_id INTEGER NOT NULL REFERENCES evaluation ON DELETE CASCADE,
            target TEXT NOT NULL,
            predicted TEXT NOT NULL,
            count INTEGER NOT NULL CHECK (count >= 0),
            PRIMARY KEY (evaluation_id, target, predicted)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE artifact (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind <> ''),
            path TEXT NOT NULL CHECK (path <> ''),
            bytes INTEGER NOT NULL CHECK (bytes >= 0),
            digest TEXT NOT NULL,
            created TEXT NOT NULL,
            UNIQUE (run, path)
        ) STRICT;

        CREATE TABLE event (
            id INTEGER PRIMARY KEY,
            run INTEGER REFERENCES run ON DELETE CASCADE,
            time TEXT NOT NULL,
            level TEXT NOT NULL CHECK (level IN ('debug', 'info', 'warning', 'error')),
            message TEXT NOT NULL
        ) STRICT;
        CREATE INDEX event_by_run ON event (run, id);

        CREATE TABLE published (
            paper TEXT NOT NULL,
            table_name TEXT NOT NULL,
            dataset TEXT NOT NULL,
            model TEXT NOT NULL,
            procedure TEXT NOT NULL,
            loss TEXT NOT NULL,
            labels REAL NOT NULL,
            metric TEXT NOT NULL,
            value REAL NOT NULL,
            printed_model TEXT NOT NULL,
            printed_metric TEXT NOT NULL,
            PRIMARY KEY (paper, table_name, dataset, procedure, model, loss, labels, metric)
        ) STRICT, WITHOUT ROWID;
        """
}
