extension MetricEntry {
    /// 95th percentile of the boundary distances of both directions together (linear between
    /// ranks), in pixels. 0 where both masks are empty, the image diagonal where one is.
    public static let hausdorff95 = distance(
        "hausdorff95", title: "HD95", citation: "Huttenlocher 1993; percentile as medpy hd95"
    ) { $0.surfaces.percentile(95) }
}
