/// What a table or view holds, in words; the one source of `query --schema` and `docs/store.md`.
struct TableDocument: Sendable {
    let name: String
    let text: String
    /// Meaning of each column, with its unit, in the order of the table.
    let columns: [(name: String, text: String)]

    init(_ name: String, _ text: String, _ columns: KeyValuePairs<String, String>) {
        self.name = name
        self.text = text
        self.columns = columns.map { ($0.key, $0.value) }
    }
}

/// Every table and view, views first because they are what one asks.
enum SchemaDocument {
    static let views: [TableDocument] = overviews + openViews + measurementViews
    static let tables: [TableDocument] = runTables + openTables + measurementTables

    /// The type of a view's column that is computed, for which SQLite tells none.
    static func type(ofComputed column: String) -> String {
        switch column {
        case "experiment", "state", "dataset", "objective": "TEXT"
        case "epoch", "step", "images", "correct", "runs": "INTEGER"
        default: "REAL"
        }
    }

    private static let cell: KeyValuePairs<String, String> = [
        "run": "number of the run",
        "dataset": "title of the data set: mcx, mcx (phantom)",
        "model": "registry name of the model, such as unet",
        "procedure": "registry name of the training procedure, such as supervised",
        "loss": "registry name of the loss, such as kltv",
        "labels": "percent of the training images whose labels are used",
        "seed": "seed of everything random",
    ]

    /// Who was tested on what, then `more`; of a cell only what is not named there already.
    private static func external(
        _ name: String, _ text: String, _ more: [(name: String, text: String)], cell: Bool = false
    ) -> TableDocument {
        let middle = Self.cell.map { (name: $0.key, text: $0.value) }.filter {
            !["run", "dataset"].contains($0.name)
        }
        return TableDocument(name, text, columns: pair + (cell ? middle : []) + more)
    }

    private static let pair: [(name: String, text: String)] = [
        ("run", "number of the run"),
        (
            "trained_on",
            "title of the data set that it was trained on: mcx, mcx (phantom); NULL for ensembles"
        ),
        ("tested_on", "title of the data set that it was tested on"),
        ("trained_on_phantom", "1 where the images trained on are drawn, else 0"),
        ("tested_on_phantom", "1 where the images tested on are drawn, else 0"),
        ("weights", "best (by validation Dice) or last"),
    ]

    /// The columns of a cell, then `more`.
    private static func table(
        _ name: String, _ text: String, cellAnd more: KeyValuePairs<String, String>
    ) -> TableDocument {
        TableDocument(
            name, text, columns: cell.map { ($0.key, $0.value) } + more.map { ($0.key, $0.value) })
    }

    private static let overviews: [TableDocument] = [
        TableDocument(
            "run_overview", "One wide row a cell, that is a run that Lightbox trains.",
            columns: [
                ("run", "number of the run"),
                ("experiment", "names of its experiments, joined by commas"),
            ] + overviewColumns),
        TableDocument(
            "best_epoch",
            "The epoch that model selection chose: highest validation Dice, the first of equals.",
            [
                "run": "number of the run",
                "epoch": "that epoch, from 1",
                "validation_dice": "validation Dice at it, 0 to 1",
                "validation_loss": "validation loss at it",
                "train_loss": "training loss at it",
                "last_epoch": "latest epoch with a validation Dice",
                "last_validation_dice": "validation Dice at that one, 0 to 1",
            ]),
        table(
            "segmentation",
            "One row a completed run, weights and part; means over images unless said otherwise.",
            cellAnd: [
                "weights": "best (by validation Dice) or last",
                "split": "part evaluated: train, validation or test",
                "images": "images evaluated",
                "dice": "Dice, 0 to 1",
                "dice_sd": "standard deviation of Dice over the images (n - 1)",
                "jaccard": "Jaccard index, 0 to 1",
                "sensitivity": "sensitivity (recall), 0 to 1",
                "specificity": "specificity, 0 to 1",
                "precision": "precision, 0 to 1",
                "accuracy": "pixel accuracy, 0 to 1",
                "hausdorff": "Hausdorff distance of the boundaries, pixels of the resized image",
                "hausdorff95": "its 95th percentile, pixels",
                "assd": "average symmetric surface distance, pixels",
                "ssim": "structural similarity of the masks, -1 to 1",
                "pooled_dice": "Dice over all pixels of all images together, 0 to 1",
                "published_ds": "the papers' \"DS\", 2 a / (1 + a) of the pooled pixel accuracy a",
                "published_js": "the papers' \"JS\", the pooled pixel accuracy",
            ]),
        table(
            "classification", "One row a completed run, weights and part that predicted classes.",
            cellAnd: [
                "weights": "best (by validation Dice) or last",
                "split": "part evaluated: train, validation or test",
                "images": "images with a known class",
                "correct": "images whose class was predicted",
                "accuracy": "share of them, 0 to 1",
                "macro_f1": "mean of the classes' F1, 0 to 1",
                "macro_precision": "mean of the classes' precision, 0 to 1",
                "macro_recall": "mean of the classes' recall, 0 to 1",
            ]),
        TableDocument(
            "label_fraction",
            "Test Dice of the best weights against the share of labels, over the seeds of completed runs.",
            [
                "dataset": "title of the data set: mcx, mcx (phantom)",
                "model": "registry name of the model",
                "procedure": "registry name of the training procedure",
                "loss": "registry name of the loss",
                "labels": "percent of the training images whose labels are used",
                "runs": "runs in the mean",
                "dice": "mean over the runs of the mean test Dice, 0 to 1",
                "dice_sd": "standard deviation of it over the runs (n - 1); NULL for one run",
                "lowest_dice": "lowest of the runs, 0 to 1",
                "highest_dice": "highest of the runs, 0 to 1",
            ]),
        TableDocument(
            "against_published",
            "The papers' printed numbers beside the mean of our completed runs on real images.",
            [
                "paper": "P1 (APPAU-Net, 2019) or P2 (S4MCL, 2020)",
                "table_name": "number of the table in the paper",
                "dataset": "title of the data set, never of a drawn one",
                "model": "registry name of the model",
                "procedure": "registry name of the training procedure",
                "loss": "registry name of the loss",
                "labels": "percent of labels used",
                "metric": "our name of the metric that is defined as the paper's",
                "published": "the number in print",
                "ours": "mean over our runs of the best weights on the test images",
                "difference": "ours - published",
                "runs": "our runs in the mean",
            ]),
    ]

    private static let measurementViews: [TableDocument] = [
        TableDocument(
            "metric", "Learning curves: one row a run, part, metric and epoch.",
            [
                "run": "number of the run",
                "split": "part measured on: train, validation or test",
                "name": "metric, such as dice or loss",
                "epoch": "epoch, from 1; 0 is before training",
                "value": "the value; NULL where it was not a number",
            ]),
        TableDocument(
            "result", "Results of evaluated weights: one row a run, weights, part and metric.",
            [
                "run": "number of the run",
                "weights": "best (by validation Dice) or last",
                "split": "part evaluated: train, validation or test",
                "name": "metric",
                "images": "images with a value",
                "mean": "mean over the images",
                "sd": "standard deviation over the images (n - 1)",
                "minimum": "lowest image",
                "maximum": "highest image",
                "pooled": "over all pixels of all images together; NULL where the metric has none",
            ]),
        TableDocument(
            "image_metric", "Results an image: one row a run, weights, part, image and metric.",
            [
                "run": "number of the run",
                "dataset": "title of the data set: mcx, mcx (phantom)",
                "weights": "best (by validation Dice) or last",
                "split": "part evaluated: train, validation or test",
                "image": "name of the image in its data set",
                "name": "metric",
                "value": "the value; distances in pixels of the resized image",
            ]),
        TableDocument(
            "image_prediction", "Classes that runs predicted for images.",
            [
                "run": "number of the run",
                "dataset": "title of the data set: mcx, mcx (phantom)",
                "weights": "best or last",
                "split": "part evaluated: train, validation or test",
                "image": "name of the image in its data set",
                "target": "its class; NULL when unknown",
                "predicted": "the predicted class",
                "probability": "probability of the predicted class, 0 to 1",
            ]),
        TableDocument(
            "class_metric", "Results a class.",
            [
                "run": "number of the run",
                "dataset": "title of the data set: mcx, mcx (phantom)",
                "weights": "best or last",
                "split": "part evaluated: train, validation or test",
                "class": "the class",
                "name": "metric: precision, recall, f1",
                "value": "the value, 0 to 1",
            ]),
        TableDocument(
            "confusion", "How often which class was taken for which.",
            [
                "run": "number of the run",
                "dataset": "title of the data set: mcx, mcx (phantom)",
                "weights": "best or last",
                "split": "part evaluated: train, validation or test",
                "target": "the images' class",
                "predicted": "the class predicted",
                "count": "images",
            ]),
        TableDocument(
            "evaluation", "Weights that were evaluated on a part of the run's own data set.",
            [
                "id": "number", "run": "number of the run",
                "weights": "best (by validation Dice) or last",
                "split": "part evaluated: train, validation or test",
                "epoch": "epoch of the weights",
                "images": "images evaluated",
            ]),
        external(
            "external_evaluation",
            "Weights that were evaluated on another data set than the run's own: one row a run, data set and weights.",
            [
                ("images", "images evaluated"), ("epoch", "epoch of the weights"),
                ("fingerprint", "digest over the files of the data set tested on"),
                (
                    "weights_digest",
                    "SHA-256 of the weights' file; of an ensemble over those of its members"
                ),
                ("code", "digest of the sources that evaluated; NULL when unknown"),
                ("created", "when, ISO 8601, UTC"),
            ], cell: true),
        external(
            "external_result",
            "Results on other data sets: one row a run, data set, weights and metric.",
            [
                ("name", "metric"), ("images", "images with a value"),
                ("mean", "mean over the images"),
                ("sd", "standard deviation over the images (n - 1)"),
                ("minimum", "lowest image"), ("maximum", "highest image"),
                (
                    "pooled",
                    "over all pixels of all images together; NULL where the metric has none"
                ),
            ], cell: true),
        external(
            "external_image",
            "Results an image on other data sets: one row a run, data set, weights, image and metric.",
            [
                ("image", "name of the image in the data set tested on"), ("name", "metric"),
                ("value", "the value; distances in pixels of the resized image"),
            ]),
        external(
            "external_prediction", "Classes that runs predicted for images of other data sets.",
            [
                ("image", "name of the image in the data set tested on"),
                ("target", "its class; NULL when unknown"), ("predicted", "the predicted class"),
                ("probability", "probability of the predicted class, 0 to 1"),
            ]),
        TableDocument(
            "dataset_split", "Which image served for what.",
            [
                "split_id": "number of the split; run.split_id names a run's",
                "dataset": "title of the data set: mcx, mcx (phantom)",
                "fingerprint": "digest over the data set's files",
                "seed": "seed that drew the split",
                "labels": "percent of labels used",
                "rule": "how it was drawn, such as stratified or paper",
                "image": "name of the image",
                "class": "its class",
                "patient": "its patient",
                "part": "train, validation or test",
                "labelled": "1 for a training image whose labels are used, else 0",
            ]),
    ]
}

extension TableDocument {
    init(_ name: String, _ text: String, columns: [(name: String, text: String)]) {
        self.name = name
        self.text = text
        self.columns = columns
    }
}
