extension SchemaDocument {
    static let runTables: [TableDocument] = [
        TableDocument(
            "store", "The store itself; one row.",
            [
                "id": "always 1", "uuid": "tells stores apart",
                "created": "when it was made, ISO 8601, UTC",
                "seal": "digest of all that the store says about it",
            ]),
        TableDocument(
            "experiment", "Experiments as their files describe them.",
            [
                "id": "number", "name": "unique name", "description": "what it is for",
                "report": "name of the report it feeds, or empty",
                "source":
                    "text of the experiment file, then a comment for each --set of the sweep; or empty",
                "created": "when it was first run, ISO 8601, UTC",
                "seal": "digest of all that the store says about it",
            ]),
        TableDocument(
            "dataset", "Data sets as they were loaded.",
            [
                "id": "number", "name": "registry name, such as mcx",
                "fingerprint": "digest over the files, the same wherever they lie",
                "images": "images", "masks": "images with a mask",
                "classes": "names of the classes, a JSON list in index order",
                "side": "height of the images as first trained on, pixels",
                "notes": "warnings found while loading, a JSON list",
                "created": "when it was first used, ISO 8601, UTC",
                "origin": "real, or phantom where images are drawn",
                "title":
                    "unique name under which its runs are shown, such as mcx, mcx (phantom) or, for other files of that name, mcx (7d667d43)",
                "seal": "digest of all that the store says about it",
            ]),
        TableDocument(
            "image", "Images of the data sets.",
            [
                "id": "number", "dataset_id": "data set",
                "name": "name in the data set (file stem)",
                "class": "its class; NULL for none", "patient": "its patient; NULL when unknown",
                "has_mask": "1 with a mask, 0 without",
                "width": "width of the file's image, pixels",
                "height": "height of the file's image, pixels",
            ]),
        TableDocument(
            "split", "Splits of data sets into train, validation and test.",
            [
                "id": "number", "dataset_id": "data set", "digest": "SHA-256 over who is where",
                "seed": "seed that drew it", "labels": "percent of labels used",
                "rule": "how it was drawn, such as stratified or paper",
                "train": "training images", "labelled": "those whose labels are used",
                "validation": "images for model selection", "test": "test images",
                "seal": "digest of all that the store says about it",
            ]),
        TableDocument(
            "split_image", "Members of the splits; the view dataset_split has their names.",
            [
                "split_id": "split", "image_id": "image", "part": "train, validation or test",
                "labelled": "1 for a training image whose labels are used, else 0",
            ]),
        TableDocument(
            "run",
            "Runs, known by their configurations: cells of grids, runs that were logged, and ensembles.",
            [
                "id": "number; never used twice", "digest": "SHA-256 of the configuration; unique",
                "configuration": "what makes the run that run, canonical JSON",
                "run_kind":
                    "cell, or logged for a run of another program and for an ensemble, which have NULL where only cells have something",
                "run_name": "what people call a logged run or an ensemble; NULL for cells",
                "dataset": "title of the data set: mcx, mcx (phantom); NULL for logged runs",
                "model": "registry name of the model; NULL for logged runs",
                "loss": "registry name of the loss; NULL for logged runs",
                "procedure": "registry name of the training procedure; NULL for logged runs",
                "labels":
                    "percent of the training images whose labels are used; NULL for logged runs",
                "seed": "seed of everything random; NULL for logged runs",
                "epochs": "epochs planned; NULL for logged runs",
                "state": "queued, running, completed, failed, interrupted or pruned",
                "error": "why it failed, one sentence", "attempts": "how often it was started",
                "dataset_id": "data set; NULL before training",
                "split_id": "split; NULL before training",
                "created": "when it was planned, ISO 8601, UTC",
                "started": "when it was first started, ISO 8601, UTC",
                "finished": "when it ended, ISO 8601, UTC",
                "seconds": "duration of training and evaluation, seconds",
                "images_per_second": "images trained a second, on average",
                "peak_memory": "most memory used, bytes",
                "best_epoch": "epoch whose weights were kept as the best",
                "git_revision":
                    "git revision of the folder of the experiment file of the last attempt",
                "lightbox_version": "version of Lightbox of the last attempt",
                "host": "machine of the last attempt", "cpu": "processor of the last attempt",
                "threads": "threads of the last attempt",
                "code":
                    "digest of the sources that made the results: engine, networks, losses, metrics, data, procedures; NULL when unknown",
                "code_commit": "commit of Lightbox they were checked out at; NULL when unknown",
                "code_dirty": "1 when they differed from that commit, else 0",
                "retrains": "run whose results this one will replace when it is complete",
                "seal":
                    "digest of all that the store says about it and its measurements; NULL while it is at work",
                "objective_split":
                    "part whose curve judges the run, such as validation; may be empty",
                "objective": "name of that curve; NULL where nobody said it",
                "direction": "maximise or minimise: which end of that curve is the good one",
            ]),
        TableDocument(
            "experiment_run", "Which runs an experiment asks for.",
            [
                "experiment_id": "experiment", "run": "run",
                "position":
                    "place in the grid, from 0; -1 for a cell that the experiment's file does not have",
            ]),
        TableDocument(
            "lease", "Who works on which run now.",
            [
                "run": "run", "owner": "worker's unique name", "host": "its machine",
                "pid": "its process", "process_start": "start of the process, clock ticks",
                "machine": "start of the machine and space of its process numbers",
                "acquired": "when it took the run, seconds since 1970",
                "heartbeat": "when it was last heard of, seconds since 1970",
                "expires": "when others may take the run, seconds since 1970",
                "epoch": "epoch it is in, from 1", "step": "step of the epoch, from 1",
                "steps": "steps an epoch", "loss": "latest training loss",
                "validation_dice": "latest validation Dice, 0 to 1",
                "images_per_second": "images trained a second",
            ]),
        TableDocument(
            "param", "Settings that the run uses, also at the default; older runs have them all.",
            [
                "run": "run", "name": "setting, as in experiment files",
                "value": "number or text; flags are 0 and 1, lists are JSON",
            ]),
    ]

    static let measurementTables: [TableDocument] = [
        TableDocument(
            "series", "Names of the learning curves.",
            [
                "id": "number",
                "split":
                    "part measured on: train, validation or test; of logged runs any word, or empty",
                "name": "metric", "axis": "epoch or step: along what it is counted",
            ]),
        TableDocument(
            "metric_point", "Points of the learning curves; the view metric has their names.",
            [
                "run": "run",
                "epoch": "epoch, from 1; 0 is before training; of a curve by step its step",
                "series_id": "series", "value": "the value; NULL where it was not a number",
                "measured":
                    "when it was measured, seconds since 1970; NULL when unknown, and for cells",
            ]),
        TableDocument(
            "metric_summary", "Each curve in one row, kept in step with its points.",
            [
                "run": "run", "series_id": "series", "points": "points of the curve",
                "last_epoch": "latest epoch", "last_value": "value at it",
                "min_epoch": "first epoch of the lowest value", "min_value": "lowest value",
                "max_epoch": "first epoch of the highest value", "max_value": "highest value",
            ]),
        TableDocument(
            "machine_load",
            "What the machine did in each epoch of a training; empty for runs of before 0.2.0.",
            [
                "run": "run", "epoch": "epoch, from 1",
                "processors":
                    "processors busy with it, on average since the end of the epoch before or the start; NULL when unknown",
                "memory": "memory of the process at the epoch's end, bytes; NULL when unknown",
            ]),
        TableDocument(
            "measure", "Names of the metrics of evaluations.", ["id": "number", "name": "metric"]),
        TableDocument(
            "any_evaluation",
            "Weights that were evaluated, on a part of the run's own data set or on another one.",
            [
                "id": "number", "run": "run", "weights": "best (by validation Dice) or last",
                "split":
                    "part evaluated: train, validation or test; external for another data set, all of it, and for an ensemble's images, which no member has seen",
                "epoch": "epoch of the weights",
                "images": "images evaluated",
                "dataset_id": "the other data set; NULL for the run's own",
                "weights_digest": "SHA-256 of the weights' file; NULL on the run's own data set",
                "code":
                    "digest of the sources that evaluated; NULL when unknown and on the run's own data set",
                "created": "when, ISO 8601, UTC; NULL on the run's own data set",
            ]),
        TableDocument(
            "evaluation_metric", "Results of evaluations; the view result has their names.",
            [
                "evaluation_id": "evaluation", "measure_id": "metric",
                "images": "images with a value", "mean": "mean over the images",
                "sd": "standard deviation over the images (n - 1)", "minimum": "lowest image",
                "maximum": "highest image",
                "pooled": "over all pixels of all images together; NULL where the metric has none",
            ]),
        TableDocument(
            "image_value", "Results an image; the view image_metric has their names.",
            [
                "evaluation_id": "evaluation", "measure_id": "metric", "image_id": "image",
                "value": "the value; distances in pixels of the resized image",
            ]),
        TableDocument(
            "image_class", "Predicted classes; the view image_prediction has their names.",
            [
                "evaluation_id": "evaluation", "image_id": "image",
                "target": "its class; NULL when unknown", "predicted": "the predicted class",
                "probability": "probability of the predicted class, 0 to 1",
            ]),
        TableDocument(
            "class_value", "Results a class; the view class_metric has their names.",
            [
                "evaluation_id": "evaluation", "class": "the class", "measure_id": "metric",
                "value": "the value, 0 to 1",
            ]),
        TableDocument(
            "confusion_count", "Confusion counts; the view confusion has their names.",
            [
                "evaluation_id": "evaluation", "target": "the images' class",
                "predicted": "the class predicted", "count": "images",
            ]),
        TableDocument(
            "artifact", "Files of the runs.",
            [
                "id": "number", "run": "run", "kind": "what it is, such as checkpoint-best",
                "path": "where it is, relative to the store's folder", "bytes": "size, bytes",
                "digest": "SHA-256 of its bytes", "created": "when it was recorded, ISO 8601, UTC",
            ]),
        TableDocument(
            "event", "What happened.",
            [
                "id": "number, in order", "run": "run; NULL for the store as a whole",
                "time": "when, ISO 8601, UTC", "level": "debug, info, warning or error",
                "message": "what",
            ]),
        TableDocument(
            "published", "The papers' printed numbers, cell for cell.",
            [
                "paper": "P1 (APPAU-Net, 2019) or P2 (S4MCL, 2020)",
                "table_name": "number of the table in the paper",
                "dataset": "registry name of the data set", "model": "registry name of the model",
                "procedure": "registry name of the training procedure",
                "loss": "registry name of the loss", "labels": "percent of labels used",
                "metric": "our name of the metric that is defined as the paper's",
                "value": "the number in print", "printed_model": "the paper's name of the model",
                "printed_metric": "the paper's name of the metric",
            ]),
    ]
}
