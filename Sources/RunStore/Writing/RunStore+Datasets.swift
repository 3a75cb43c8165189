internal import Domain
internal import Foundation
internal import GRDB
internal import Hashing

/// A loaded data set as the store knows it.
public struct DatasetRecord: Sendable, Hashable {
    /// One image.
    public struct Image: Sendable, Hashable {
        /// Name within the data set (file stem).
        public var name: String
        /// Name of its class; nil when it has none.
        public var className: String?
        /// Patient; nil when unknown.
        public var patient: String?
        /// Whether it has a mask.
        public var hasMask: Bool
        /// Size of the file's image in pixels; nil when unknown.
        public var width: Int?, height: Int?

        /// An image.
        public init(
            name: String, className: String? = nil, patient: String? = nil, hasMask: Bool,
            width: Int? = nil, height: Int? = nil
        ) {
            self.name = name
            self.className = className
            self.patient = patient
            self.hasMask = hasMask
            self.width = width
            self.height = height
        }
    }

    /// Where images come from.
    public enum Origin: String, Sendable, Hashable, Codable, CaseIterable {
        /// They show patients, as far as anyone knows.
        case real
        /// They are drawn, all or some.
        case phantom
    }

    /// Registry name, such as `mcx`.
    public var name: String
    /// Where its images come from.
    public var origin: Origin
    /// Digest over the files.
    public var fingerprint: String
    /// Names of the classes, in index order.
    public var classes: [String]
    /// Height of the images as they were first trained on, pixels.
    public var side: Int
    /// Warnings found while loading.
    public var notes: [String]
    /// The images.
    public var images: [Image]

    /// A data set.
    public init(
        name: String, origin: Origin = .real, fingerprint: String, classes: [String], side: Int,
        notes: [String] = [], images: [Image]
    ) {
        self.name = name
        self.origin = origin
        self.fingerprint = fingerprint
        self.classes = classes
        self.side = side
        self.notes = notes
        self.images = images
    }
}

/// Which image of a data set serves for what; images by name.
public struct SplitRecord: Sendable, Hashable {
    /// Seed that drew the split.
    public var seed: UInt64
    /// Percent of the training images whose labels are used, over 0 up to 100.
    public var labels: Double
    /// How it was drawn, such as `stratified` or `paper`.
    public var rule: String
    /// Images trained on, with or without labels.
    public var train: [String]
    /// Images for model selection.
    public var validation: [String]
    /// Images for the final evaluation.
    public var test: [String]
    /// Those of `train` whose labels are used.
    public var labelled: [String]

    /// A split.
    public init(
        seed: UInt64, labels: Double, rule: String, train: [String], validation: [String],
        test: [String], labelled: [String]
    ) {
        self.seed = seed
        self.labels = labels
        self.rule = rule
        self.train = train
        self.validation = validation
        self.test = test
        self.labelled = labelled
    }

    /// Digest of who is where, whatever the order.
    var digest: String {
        let parts = [train, validation, test, labelled].map { $0.sorted().joined(separator: "\n") }
        return SHA256.hex(of: parts.joined(separator: "\n\n"))
    }
}

extension RunStore {
    /// Registers a data set with its images; one with the same name and fingerprint is kept. Where
    /// that one was taken for real and now is known to be drawn, it and its runs are so from now on.
    ///
    /// - Returns: its number.
    @discardableResult
    public func register(_ dataset: DatasetRecord) throws -> Int64 {
        let place = DatasetPlace(
            name: dataset.name, origin: dataset.origin, fingerprint: dataset.fingerprint)
        let known = try read { db in try place.find(in: db) }
        if let known, known.origin >= place.origin { return known.id }
        return try write { try Self.register(dataset, in: $0) }
    }

    /// The same inside a transaction.
    static func register(_ dataset: DatasetRecord, in db: Database) throws -> Int64 {
        let place = DatasetPlace(
            name: dataset.name, origin: dataset.origin, fingerprint: dataset.fingerprint)
        if let known = try place.find(in: db) {
            if known.origin < place.origin { try place.takeOver(known.id, in: db) }
            return known.id
        }
        let title = try place.title(in: db)
        try db.execute(
            sql: """
                INSERT INTO dataset (name, fingerprint, images, masks, classes, side, notes,
                    created, origin, title)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                dataset.name, dataset.fingerprint, dataset.images.count,
                dataset.images.count(where: \.hasMask), Self.json(dataset.classes),
                dataset.side, Self.json(dataset.notes), Timestamp.text(),
                dataset.origin.rawValue, title,
            ])
        let id = db.lastInsertedRowID
        try place.nameWaitingRuns(title, in: db)
        let add = try db.makeStatement(
            sql: """
                INSERT INTO image (dataset_id, name, class, patient, has_mask, width, height)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """)
        for image in dataset.images {
            try add.execute(arguments: [
                id, image.name, image.className, image.patient, image.hasMask, image.width,
                image.height,
            ])
        }
        try RecordSeal.dataset.write(id, in: db)
        return id
    }

    /// Registers a split of the data set number `dataset`; an equal one is kept.
    ///
    /// - Returns: its number.
    /// - Throws: `StoreError.unknown` when an image is not one of the data set's.
    @discardableResult
    public func register(_ split: SplitRecord, dataset: Int64) throws -> Int64 {
        let digest = split.digest
        let find = "SELECT id FROM split WHERE dataset_id = ? AND digest = ?"
        let known = try read { try Int64.readOne($0, sql: find, arguments: [dataset, digest]) }
        if let known { return known }
        return try write { db in
            if let known = try Int64.readOne(db, sql: find, arguments: [dataset, digest]) {
                return known
            }
            try db.execute(
                sql: """
                    INSERT INTO split (dataset_id, digest, seed, labels, rule, train, labelled,
                        validation, test) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    dataset, digest, Int64(bitPattern: split.seed), split.labels, split.rule,
                    split.train.count, split.labelled.count, split.validation.count,
                    split.test.count,
                ])
            let id = db.lastInsertedRowID
            let images = try Self.images(ofDataset: dataset, in: db)
            let labelled = Set(split.labelled)
            let add = try db.makeStatement(
                sql:
                    "INSERT INTO split_image (split_id, image_id, part, labelled) VALUES (?, ?, ?, ?)"
            )
            let parts: [(SplitPart, [String])] = [
                (.train, split.train), (.validation, split.validation), (.test, split.test),
            ]
            for (part, members) in parts {
                for name in members {
                    guard let image = images[name] else {
                        throw StoreError.unknown(
                            kind: "image", name: name,
                            nearest: NearestName.close(to: name, in: images.keys))
                    }
                    try add.execute(arguments: [
                        id, image, part.rawValue, part == .train && labelled.contains(name),
                    ])
                }
            }
            try RecordSeal.split.write(id, in: db)
            return id
        }
    }

    /// Numbers of a data set's images by name.
    static func images(ofDataset dataset: Int64, in db: Database) throws -> [String: Int64] {
        var images: [String: Int64] = [:]
        try StoreRow.forEach(
            db, sql: "SELECT name, id FROM image WHERE dataset_id = ?", arguments: [dataset]
        ) { images[try $0[0]] = try $0[1] as Int64 }
        return images
    }

    static func json(_ texts: [String]) -> String {
        JSONValue.list(texts.map(JSONValue.text)).canonicalJSON
    }
}
