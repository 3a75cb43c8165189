internal import Domain
internal import Foundation
internal import Reports
internal import RunStore

/// A test image of a run as a PNG: with the outlines of target and prediction, or with the distance
/// of the error.
struct Picture {
    let site: Site
    let run: RunID
    let parameters: HTTPRequest.Parameters

    func response() throws -> HTTPResponse {
        guard let provider = site.parts.pictures else {
            throw HTTPFault(404, "pictures need the data sets: start the server with --data FOLDER")
        }
        let store = try site.store()
        let weights = parameters.weights
        guard let name = parameters["image"],
            try store.imageValues(
                of: run, metric: store.judging(run).name, weights: weights.rawValue,
                worstFirst: true
            )
            .contains(where: { $0.image == name })
        else { throw HTTPFault(404, "run \(run) has no such test image") }
        guard let picture = try provider(run, [name], weights)[name] else {
            throw HTTPFault(404, "the data set has no such image any more")
        }
        let panel = PicturePanel(picture, side: parameters["large"] == nil ? 256 : 512)
        let data =
            switch parameters.shown {
            case .outlines: try panel.outlines()
            case .error: try panel.error()
            }
        var response = HTTPResponse(type: "image/png", data: data)
        // A run's weights and images do not change.
        response.headers.append(("Cache-Control", "private, max-age=600"))
        return response
    }
}
