/// The third schema: results know the code that made them, and phantoms are never patients.
///
/// A data set has an origin and a title, the name under which its runs are shown: the registry's
/// name, with `(phantom)` where the images are drawn, and with the start of its fingerprint where
/// the store held other files of that name before. `run.dataset` is that title, so nothing that
/// groups by it can take phantoms and patients, or two versions of a data set, together. What makes
/// a run that run, `run.configuration`, is not touched.
enum SchemaV3 {
    static let identifier = "v3-provenance"

    static let statements = columns + origins + titles + views

    private static let columns = """
        ALTER TABLE dataset ADD COLUMN origin TEXT NOT NULL DEFAULT 'real'
            CHECK (origin IN ('real', 'phantom'));
        ALTER TABLE dataset ADD COLUMN title TEXT NOT NULL DEFAULT '';

        ALTER TABLE run ADD COLUMN code TEXT;
        ALTER TABLE run ADD COLUMN code_commit TEXT;
        ALTER TABLE run ADD COLUMN code_dirty INTEGER;
        ALTER TABLE run ADD COLUMN retrains INTEGER REFERENCES run ON DELETE CASCADE;
        CREATE INDEX run_by_retrains ON run (retrains) WHERE retrains IS NOT NULL;

        """

    /// Data sets that are known to be drawn.
    ///
    /// Lightbox draws in the official layouts with class numbers spread evenly over the images.
    /// Real Montgomery images up to number 104, and real Shenzhen ones up to 326, are all normal, so
    /// one abnormal among them, where every name is as it would be drawn, is proof. A set of several
    /// collections is drawn, at least in part, when it holds such an image. Vertebrae alternate
    /// between the classes, which 18 real ones in a row, named like that, do not. Drawn JSRT images
    /// have the names of real ones: only the set that is drawn without options is known.
    private static let origins = """
        UPDATE dataset SET origin = 'phantom' WHERE name = 'phantom' OR fingerprint IN (
            'd6d2e2949b336b8c55b09666b0a14bcece35229c15429169d0910dda84aebf71',
            '426ed6629170992c24809314240cde4dcf6aa6d7003a7c110cdfcf487d118e23',
            '5423e5f1982e0a589d6d5fa8cb12b1570a4b08ccdf3f53669f94bef0f3991a50');

        UPDATE dataset SET origin = 'phantom' WHERE name = 'mcx'
            AND EXISTS (SELECT 1 FROM image i WHERE i.dataset_id = dataset.id
                AND i.name GLOB 'MCUCXR_[0-9][0-9][0-9][0-9]_1'
                AND CAST(substr(i.name, 8, 4) AS INTEGER) <= 104)
            AND NOT EXISTS (SELECT 1 FROM (SELECT i.name,
                    CAST(substr(i.name, 8, 4) AS INTEGER) AS number
                    FROM image i WHERE i.dataset_id = dataset.id)
                WHERE name <> printf('MCUCXR_%04d_%d', number,
                    number * 58 / 138 - (number - 1) * 58 / 138));

        UPDATE dataset SET origin = 'phantom' WHERE name = 'scx'
            AND EXISTS (SELECT 1 FROM image i WHERE i.dataset_id = dataset.id
                AND i.name GLOB 'CHNCXR_[0-9][0-9][0-9][0-9]_1'
                AND CAST(substr(i.name, 8, 4) AS INTEGER) <= 326)
            AND NOT EXISTS (SELECT 1 FROM (SELECT i.name,
                    CAST(substr(i.name, 8, 4) AS INTEGER) AS number
                    FROM image i WHERE i.dataset_id = dataset.id)
                WHERE name <> printf('CHNCXR_%04d_%d', number,
                    number * 336 / 662 - (number - 1) * 336 / 662));

        UPDATE dataset SET origin = 'phantom' WHERE name = 'ccx'
            AND EXISTS (SELECT 1 FROM image i WHERE i.dataset_id = dataset.id
                AND (i.name GLOB 'MCUCXR_[0-9][0-9][0-9][0-9]_1'
                    AND CAST(substr(i.name, 8, 4) AS INTEGER) <= 104
                    OR i.name GLOB 'CHNCXR_[0-9][0-9][0-9][0-9]_1'
                    AND CAST(substr(i.name, 8, 4) AS INTEGER) <= 326));

        UPDATE dataset SET origin = 'phantom' WHERE name = 'spine' AND images >= 18
            AND NOT EXISTS (SELECT 1 FROM (SELECT i.name, 9 * (CAST(substr(i.name, 2, 3) AS INTEGER)
                    - 1) + CASE substr(i.name, 6, 1) WHEN 'T' THEN -9 ELSE 3 END
                    + CAST(substr(i.name, 7) AS INTEGER) AS number
                    FROM image i WHERE i.dataset_id = dataset.id)
                WHERE name <> printf('P%03d_%s_%d', number / 9 + 1,
                    CASE WHEN number % 9 < 4 THEN 'T' || (9 + number % 9)
                        ELSE 'L' || (number % 9 - 3) END,
                    (number + 1) / 2 - number / 2));

        """

    private static let titles = """
        UPDATE dataset SET title = name || CASE
            WHEN origin = 'phantom' AND name <> 'phantom' THEN ' (phantom)' ELSE '' END;
        UPDATE dataset SET title = name || CASE
            WHEN origin = 'phantom' AND name <> 'phantom' THEN ' (phantom ' ELSE ' (' END
            || substr(fingerprint, 1, 8) || ')'
            WHERE EXISTS (SELECT 1 FROM dataset other WHERE other.name = dataset.name
                AND other.origin = dataset.origin AND other.id < dataset.id);
        UPDATE dataset SET title = name || ' (' || origin || ' ' || fingerprint || ')'
            WHERE EXISTS (SELECT 1 FROM dataset other WHERE other.title = dataset.title
                AND other.id < dataset.id);
        CREATE UNIQUE INDEX dataset_by_title ON dataset (title);

        UPDATE run SET dataset = (SELECT title FROM dataset d WHERE d.id = run.dataset_id)
            WHERE dataset_id IN (SELECT id FROM dataset WHERE title <> name);
        UPDATE run SET dataset = (SELECT d.title FROM dataset d WHERE d.name = run.dataset
                AND d.fingerprint = json_extract(run.configuration, '$.fingerprint'))
            WHERE dataset_id IS NULL AND EXISTS (SELECT 1 FROM dataset d
                WHERE d.name = run.dataset AND d.title <> d.name
                AND d.fingerprint = json_extract(run.configuration, '$.fingerprint'));

        """
}
