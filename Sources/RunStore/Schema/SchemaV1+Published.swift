internal import GRDB

/// A number that a paper prints, as the first schema filed it.
///
/// Part of a released migration and never edited: a figure that turns out to be wrong is put right
/// by a migration of its own, so that new stores and old ones hold the same rows.
struct PublishedFigureV1 {
    var paper: String
    var table: String
    var dataset: String
    var model: String
    var procedure: String
    var loss: String
    var labels: Double
    var metric: String
    var value: Double
    var printedModel: String
    var printedMetric: String

    static func insertAll(in db: Database) throws {
        let add = try db.makeStatement(
            sql: "INSERT INTO published VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        for figure in all {
            try add.execute(arguments: [
                figure.paper, figure.table, figure.dataset, figure.model, figure.procedure,
                figure.loss, figure.labels, figure.metric, figure.value, figure.printedModel,
                figure.printedMetric,
            ])
        }
    }

    /// Every printed number of both papers.
    static var all: [PublishedFigureV1] {
        figures(of: PublishedTablesV1.segmentation) { row, column in
            guard let metric = segmentationMetrics[column] else { return nil }
            return PublishedFigureV1(
                paper: "P1", table: "1", dataset: row.dataset, model: model(row.model),
                procedure: "supervised", loss: row.third.lowercased(), labels: 100, metric: metric,
                value: row.value, printedModel: row.model, printedMetric: column)
        }
            + figures(of: PublishedTablesV1.multitask) { row, column in
                guard let metric = segmentationMetrics[column] ?? classMetrics[column] else {
                    return nil
                }
                return PublishedFigureV1(
                    paper: "P1", table: "2", dataset: row.dataset, model: "ppau-net",
                    procedure: "appau-net", loss: row.third.lowercased(), labels: 10,
                    metric: metric, value: row.value, printedModel: row.model,
                    printedMetric: column)
            }
            + figures(of: PublishedTablesV1.labelFraction) { row, column in
                guard let labels = Double(row.third) else { return nil }
                let isClass = column == "Acc"
                // The row "CNN / U-Net" pairs two networks: one classifies, one segments.
                let (model, procedure, loss): (String, String, String) =
                    switch row.model {
                    case "S4MCL": ("unet", "s4mcl", "gdl")
                    case "S2MCL": ("unet", "s2mcl", "gdl")
                    default:
                        isClass ? ("cnn", "classification", "ce") : ("unet", "supervised", "gdl")
                    }
                return PublishedFigureV1(
                    paper: "P2", table: "1", dataset: row.dataset, model: model,
                    procedure: procedure, loss: loss, labels: labels,
                    metric: isClass ? "class-accuracy" : "dice", value: row.value,
                    printedModel: row.model, printedMetric: column)
            }
    }

    // MARK: Reading the tables

    private struct Cell {
        let dataset: String, model: String, third: String
        let value: Double
    }

    private static func figures(
        of table: String, make: (Cell, String) -> PublishedFigureV1?
    ) -> [PublishedFigureV1] {
        let lines = table.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        guard let columns = lines.first else { return [] }
        return lines.dropFirst().flatMap { fields in
            zip(columns, fields).dropFirst(3).compactMap { column, field in
                guard let value = Double(field) else { return nil }
                let cell = Cell(
                    dataset: fields[0].lowercased(), model: fields[1], third: fields[2],
                    value: value)
                return make(cell, column)
            }
        }
    }

    private static func model(_ printed: String) -> String {
        switch printed {
        case "U-Net": "unet"
        case "Attention U-Net": "attention-unet"
        default: printed.lowercased()
        }
    }

    private static let segmentationMetrics = [
        "DS": "published/ds", "JS": "published/js", "JI": "published/js",
        "SSIM": "published/ssim", "F1": "published/f1", "HD": "published/hd",
        "SN": "published/sn", "SP": "published/sp", "PR": "published/pr", "RC": "published/rc",
        "RE": "published/rc",
    ]

    private static let classMetrics = [
        "cls_Acc": "class-accuracy", "cls_PR": "class-f1/0",
        "cls_RE": "class-f1/1",
    ]
}
