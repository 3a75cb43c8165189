extension MetricEntry {
    /// Hausdorff distance of the two boundaries: the largest distance from a boundary pixel of
    /// either mask to the nearest of the other, in pixels. 0 where both are empty, the image
    /// diagonal where one is.
    public static let hausdorff = distance("hausdorff", title: "HD", citation: "Hausdorff 1914") {
        $0.surfaces.maximum
    }
}
