import Domain
import Foundation
import Reports
import RunLog
import RunStore
import Testing

@testable import Server

/// A small store in a folder of its own, and a server of its pages.
final class ServedStore {
    let folder: URL
    let url: URL
    private var serving: Task<Void, any Error>?

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("lightbox-server-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        url = folder.appendingPathComponent("lightbox.db")
        try RunStore(at: url).close()
    }

    /// Ends the server and removes the folder; until then the store is kept.
    func end() {
        serving?.cancel()
        try? FileManager.default.removeItem(at: folder)
    }

    static let vocabulary = ReportVocabulary(
        datasets: [.init("mcx", title: "MCX")], models: [.init("unet", title: "U-Net")],
        procedures: [.init("supervised", title: "supervised")],
        losses: [.init("tv", title: "TV"), .init("kltv", title: "KLTV")],
        measures: [.init("dice", title: "Dice")])

    /// Where the masks of the pictures come from that the pages show; nil shows none.
    var origin: Site.MaskOrigin?

    func site(questionSeconds: Double = 10) throws -> Site {
        var parts = Site.Parts(
            vocabulary: Self.vocabulary, defaults: ["width": "16"], cellsWithoutRun: { _ in [] },
            pictures: nil)
        parts.questionSeconds = questionSeconds
        if let origin {
            parts.pictures = { _, _, _ in [:] }
            parts.masks = { _, _ in origin }
        }
        return try Site(store: url, parts: parts)
    }

    /// Serves the pages until the test ends, and gives the port.
    func serve(
        limits: HTTPLimits = HTTPLimits(), token: String? = nil, questionSeconds: Double = 10,
        logs: Bool = false
    ) throws -> UInt16 {
        let server = try PageServer(
            site: try site(questionSeconds: questionSeconds), host: "127.0.0.1", port: 0, names: [],
            token: token, api: try logs ? MLflowAPI(store: url, version: "0") : nil,
            limits: limits)
        serving = Task { try await server.run() }
        return server.port
    }

    /// The answer to a request as a browser's own page makes it, without a socket.
    func answer(_ target: String) async throws -> String {
        let site = try site()
        let router = Router(
            site: site,
            guardian: RequestGuard(host: "127.0.0.1", port: 80, names: [], token: nil),
            news: News(site: site))
        let head = try HTTPHead(
            Array("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8), limits: HTTPLimits())
        let response = await router.answer(
            HTTPRequest(
                method: "GET", path: head.path, parameters: head.parameters,
                headers: head.headers, keepsAlive: true))
        guard case .data(let data) = response.body else { return "" }
        return "\(response.status) " + String(decoding: data, as: UTF8.self)
    }

    /// Completes runs of two losses, each with `seeds`, and fails one more.
    @discardableResult
    func fill(
        seeds: [UInt64] = [1, 2], word: String = "", dices: (Double, Double) = (0.9, 0.92),
        steps: (Double, Double) = (0.01, 0.01)
    ) throws -> [RunID] {
        let store = try RunStore(at: url)
        defer { try? store.close() }
        let experiment = try store.record(
            ExperimentRecord(name: "pair" + word, description: word, report: "sweep"))
        var runs: [RunID] = []
        for seed in seeds {
            for (loss, dice, step) in [
                ("tv", dices.0, steps.0), ("kltv", dices.1, steps.1), ("gdl", nil, 0),
            ] {
                if let run = try add(
                    loss: loss, seed: seed, dice: dice, step: step, word: word, to: experiment,
                    in: store)
                {
                    runs.append(run)
                }
            }
        }
        return runs
    }

    /// - Parameter step: from each test image's Dice to the next one's.
    private func add(
        loss: String, seed: UInt64, dice: Double?, step: Double, word: String,
        to experiment: Int64, in store: RunStore
    ) throws -> RunID? {
        let cell = RunDescription(
            configuration: RunConfiguration([
                "loss": .text(loss), "seed": .integer(Int64(seed)), "word": .text(word),
            ]),
            dataset: "mcx", model: "unet" + word, procedure: "supervised", loss: loss + word,
            labels: 100, seed: seed, epochs: 3,
            parameters: ["width": .integer(8), "note": .text("x" + word)])
        guard let run = try store.plan([cell], experiment: experiment).first?.id,
            let lease = try store.claim(
                run, for: Worker(),
                environment: RunEnvironment(version: "test", cpu: "Test CPU" + word, threads: 1))
        else { return nil }
        for epoch in 1...3 {
            try lease.log([
                MetricPoint(split: .train, name: "loss", epoch: epoch, value: 1 / Double(epoch)),
                MetricPoint(
                    split: .validation, name: "dice", epoch: epoch, value: 0.5 + 0.1 * Double(epoch)
                ),
            ])
        }
        guard let dice else {
            try lease.fail("the loss is NaN at epoch 1, step 2 " + word)
            return run
        }
        let images = (1...8).map { "IMG_\($0)" + word }
        let data = try store.register(
            DatasetRecord(
                name: "mcx", fingerprint: String(repeating: "f", count: 64),
                classes: ["normal" + word, "abnormal"], side: 32, notes: [word],
                images: images.map {
                    DatasetRecord.Image(
                        name: $0, className: "normal" + word, patient: nil, hasMask: true,
                        width: 32,
                        height: 32)
                }))
        let split = try store.register(
            SplitRecord(
                seed: 1, labels: 100, rule: "stratified", train: [images[0]],
                validation: [images[1]], test: Array(images[2...]), labelled: [images[0]]),
            dataset: data)
        try lease.use(dataset: data, split: split)
        try lease.record(
            EvaluationRecord(
                weights: .best, split: .test, epoch: 2, images: Array(images[2...]),
                values: ["dice": (0..<6).map { dice + step * Double($0 - 3) }],
                pooled: ["dice": dice], classes: [:],
                predictions: images[2...].enumerated().map { index, name in
                    EvaluationRecord.Prediction(
                        image: name, target: index % 2 == 0 ? "normal" + word : "abnormal",
                        predicted: "abnormal", probability: 0.8)
                }))
        let digest = String(repeating: "a", count: 64)
        try lease.record(
            ArtifactRecord(
                kind: "weights-best", path: "runs/none/best.safetensors", bytes: 1, digest: digest))
        try lease.finish(RunSummary(bestEpoch: 2, seconds: 60, imagesPerSecond: 100))
        try store.record(
            ExternalEvaluation(
                run: run,
                dataset: DatasetRecord(
                    name: "scx" + word, fingerprint: "e" + word, classes: [], side: 32,
                    images: [DatasetRecord.Image(name: "other" + word, hasMask: true)]),
                weightsDigest: digest, code: nil,
                record: EvaluationRecord(
                    weights: .best, split: .test, epoch: 2, images: ["other" + word],
                    values: ["dice": [0.625], "dice/part" + word: [0.25]])))
        return run
    }

    /// Every page of the site.
    static let pages = [
        "/", "/?group=seeds", "/?sort=test_dice&order=up", "/?where=state%20%3D%20'completed'",
        "/runs/1", "/runs/1?smooth=0.6&log=1&with=2", "/runs/3", "/runs/1/images",
        "/runs/1/images?order=best&beside=2", "/runs/1/image?image=IMG_3",
        "/runs/1/image?image=IMG_4&beside=2&show=error", "/compare", "/compare?runs=1,2",
        "/compare?runs=1,2,4,5&disagree=lower&images=all",
        "/compare?run=1&run=2&curve=validation%20dice&from=1&to=2", "/experiments", "/reports",
        "/reports/leaderboard", "/reports/external", "/sql",
        "/sql?sql=SELECT%20*%20FROM%20run_overview",
    ]
}
