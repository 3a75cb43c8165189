extension MetricEntry {
    /// Average symmetric surface distance: the mean over the boundary pixels of both masks, in
    /// pixels. 0 where both are empty, the image diagonal where one is.
    public static let averageSurfaceDistance = distance(
        "assd", title: "ASSD", citation: "Heimann 2009"
    ) { $0.surfaces.mean }
}
