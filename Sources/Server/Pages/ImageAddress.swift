internal import Domain
internal import RunStore

/// The addresses of a test image: its page, and its pictures.
enum ImageAddress {
    /// The page of an image, beside another run's where there is one.
    static func page(
        _ run: RunID, _ image: String, beside other: RunID? = nil, weights: WeightsKind = .best
    ) -> String {
        "/runs/\(run)/image"
            + parameters(image, weights).with("beside", other.map(String.init)).query
    }

    /// What a picture shows of an image.
    enum Shown: String, CaseIterable {
        /// The outlines of target and prediction.
        case outlines
        /// The distance of the error.
        case error
    }

    /// A picture of an image; a large one for its page.
    static func picture(
        _ run: RunID, _ image: String, weights: WeightsKind, show: Shown, isLarge: Bool = false
    ) -> String {
        "/runs/\(run)/picture"
            + parameters(image, weights).with("show", show.rawValue)
            .with("large", isLarge ? "1" : nil).query
    }

    private static func parameters(
        _ image: String, _ weights: WeightsKind
    ) -> HTTPRequest.Parameters {
        HTTPRequest.Parameters([("image", image)]).with(
            "weights", weights == .best ? nil : weights.rawValue)
    }
}

extension HTTPRequest.Parameters {
    /// The weights that are asked for: the best ones where nothing is said.
    var weights: WeightsKind { self["weights"] == WeightsKind.last.rawValue ? .last : .best }

    /// What pictures show.
    var shown: ImageAddress.Shown {
        self["show"].flatMap(ImageAddress.Shown.init(rawValue:)) ?? .outlines
    }

    /// The run that is looked at beside.
    var beside: RunID? { self["beside"].flatMap { RunID($0) }.flatMap { $0 > 0 ? $0 : nil } }
}
