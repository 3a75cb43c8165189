/// The second schema: published figures find the runs that they belong to.
///
/// Stores of the first one name P1's Attention U-Net as no network is named, and hold the figures
/// of P2's classifier against a network and a loss that no run of procedure `classification` has.
enum SchemaV2 {
    static let identifier = "v2-published"

    static let statements = """
        UPDATE published SET model = 'attention-unet' WHERE model = 'attention-u-net';

        DROP VIEW against_published;

        CREATE VIEW against_published AS
            SELECT p.paper, p.table_name, p.dataset, p.model, p.procedure, p.loss, p.labels,
                p.metric, p.value AS published, avg(coalesce(m.pooled, m.mean)) AS ours,
                avg(coalesce(m.pooled, m.mean)) - p.value AS difference,
                count(coalesce(m.pooled, m.mean)) AS runs
            FROM published p
            LEFT JOIN measure n ON n.name = p.metric
            LEFT JOIN run r ON r.dataset = p.dataset AND r.procedure = p.procedure
                AND (r.procedure = 'classification' OR r.model = p.model AND r.loss = p.loss)
                AND r.labels = p.labels AND r.state = 'completed'
            LEFT JOIN evaluation e ON e.run = r.id AND e.weights = 'best' AND e.split = 'test'
            LEFT JOIN evaluation_metric m ON m.evaluation_id = e.id AND m.measure_id = n.id
            GROUP BY p.paper, p.table_name, p.dataset, p.model, p.procedure, p.loss, p.labels,
                p.metric;
        """
}
