extension SchemaDocument {
    /// What `run_overview` says of a cell from its state on; `any_run` says it too.
    static let overviewColumns: [(name: String, text: String)] = [
        (
            "state",
            "queued, running, completed, failed, interrupted or pruned; interrupted also when its worker is gone; to other programs, once its lease ran out"
        ),
        ("dataset", "title of the data set: mcx, mcx (phantom)"),
        ("model", "registry name of the model, such as unet"),
        ("procedure", "registry name of the training procedure, such as supervised"),
        ("loss", "registry name of the loss, such as kltv"),
        ("labels", "percent of the training images whose labels are used"),
        ("seed", "seed of everything random"),
        ("epochs", "epochs planned"),
        ("best_epoch", "first epoch with the highest validation Dice"),
        ("validation_dice", "highest validation Dice, 0 to 1"),
        ("test_dice_pooled", "Dice of the best weights over all test pixels together, 0 to 1"),
        ("test_dice", "mean Dice of the best weights over the test images, 0 to 1"),
        ("test_dice_sd", "standard deviation of it over the test images (n - 1)"),
        ("epoch", "latest epoch"),
        ("seconds", "duration of training and evaluation, seconds"),
        ("images_per_second", "images trained a second, on average"),
        ("peak_memory", "most memory used, bytes"),
        ("attempts", "how often the run was started"),
        ("created", "when it was planned, ISO 8601, UTC"),
        ("started", "when it was first started, ISO 8601, UTC"),
        ("finished", "when it ended, ISO 8601, UTC"),
        ("host", "machine of the last attempt"),
        ("threads", "threads of the last attempt"),
        ("error", "why it failed, one sentence"),
        ("code", "digest of the sources that made the results; NULL when unknown"),
        ("code_commit", "commit of Lightbox they were checked out at; NULL when unknown"),
        ("code_dirty", "1 when they differed from that commit, else 0"),
        ("retrains", "run whose results this one will replace when it is complete"),
        ("digest", "SHA-256 of its configuration"),
    ]

    /// The columns of `any_run`: those of `run_overview`, and what runs that are no cells have.
    private static let anyRun: [(name: String, text: String)] =
        [
            ("run", "number of the run"),
            ("kind", "cell, or logged for a run of another program"),
            ("name", "what people call a logged run; NULL for cells"),
            ("experiment", "names of its experiments, joined by commas"),
            overviewColumns[0],
            (
                "objective",
                "curve that judges it, such as validation/dice; NULL where nobody said it"
            ),
            ("direction", "maximise or minimise: which end of that curve is the good one"),
            ("objective_value", "best value of that curve"),
        ]
        + overviewColumns.dropFirst().flatMap { column -> [(name: String, text: String)] in
            column.name == "epoch"
                ? [column, ("step", "latest step of its curves by step; NULL for cells")]
                : [column]
        }

    /// Views that show every run.
    static let openViews: [TableDocument] = [
        TableDocument(
            "any_run",
            "One wide row a run of any kind; what only cells have is NULL for logged runs.",
            columns: anyRun),
        TableDocument(
            "any_metric", "Curves of runs of any kind: one row a run, part, metric and place.",
            [
                "run": "number of the run",
                "split":
                    "part measured on: train, validation or test; of logged runs any word, or empty",
                "name": "metric, such as dice or loss",
                "axis": "epoch or step: along what the curve is counted",
                "position": "epoch or step",
                "value": "the value; NULL where it was not a number",
                "time": "when it was measured, seconds since 1970; NULL when unknown",
            ]),
    ]

    /// Tables beside the runs.
    static let openTables: [TableDocument] = [
        TableDocument(
            "tag", "Words that people and programs give runs.",
            ["run": "run", "name": "name of the tag", "value": "text"]),
        TableDocument(
            "note", "Notes on runs.",
            [
                "id": "number, in order", "run": "run",
                "time": "when it was written, ISO 8601, UTC", "text": "the note",
            ]),
    ]
}
