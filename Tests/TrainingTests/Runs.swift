import Domain
import Foundation
import Metrics
import TensorCore

@testable import Training

/// What a run has shown, in a form that can be compared bit by bit.
struct Trace: Equatable {
    var losses: [Double] = []
    var trainLosses: [Double] = []
    var validation: [[String: Double]] = []
    /// Digests of the files of weights; a failed comparison of whole files would print for hours.
    var best = UInt64(0)
    var last = UInt64(0)
    var images: [[String: Double]] = []
    var bestEpoch = 0
}

/// Runs a request to its end and keeps everything.
func trace(
    _ request: RunRequest, procedure: any Procedure = Supervised(), threads: Int = 1
) throws -> Trace {
    var trace = Trace()
    let outcome = try procedure.run(
        request, context: ComputeContext(threads: threads),
        observer: { event in
            switch event {
            case .step(_, _, _, let loss, _): trace.losses.append(loss)
            case .epoch(let report):
                trace.trainLosses.append(report.trainLoss)
                trace.validation.append(report.validation)
            case .started, .saving, .note: break
            }
        }, shouldStop: { false })
    trace.best = try digest(request.folder.appending(path: "best.safetensors"))
    trace.last = try digest(request.folder.appending(path: "last.safetensors"))
    for evaluation in outcome.evaluations {
        trace.images += evaluation.segmentation?.images.map(\.values) ?? []
        for image in evaluation.classification?.images ?? [] {
            var values: [String: Double] = [:]
            for (index, p) in image.probabilities.enumerated() { values["p\(index)"] = p }
            trace.images.append(values)
        }
    }
    trace.bestEpoch = outcome.bestEpoch
    return trace
}

/// FNV-1a over the 8-byte words of a file, its length first.
func digest(_ file: URL) throws -> UInt64 {
    let data = try Data(contentsOf: file)
    return data.withUnsafeBytes { bytes in
        var hash = UInt64(bytes.count) ^ 0xcbf2_9ce4_8422_2325
        for start in stride(from: 0, to: bytes.count - 7, by: 8) {
            let word = bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
            hash = (hash ^ word) &* 0x0000_0100_0000_01b3
        }
        return hash ^ UInt64(bytes.last ?? 0)
    }
}

/// Runs a request until `stop` steps are done, as a user's Ctrl-C would end it.
func interrupt(
    _ request: RunRequest, procedure: any Procedure = Supervised(), after stop: Int
) throws {
    var steps = 0
    do {
        _ = try procedure.run(
            request, context: ComputeContext(threads: 1),
            observer: { if case .step = $0 { steps += 1 } }, shouldStop: { steps >= stop })
    } catch TrainingError.interrupted {
        return
    }
    throw Unexpected.finished
}

enum Unexpected: Error { case finished }
struct Killed: Error {}
