import Console
import Datasets
import Files
import Foundation
import Imaging
import Inference
import Launch
import NN
import ONNX
import Reports
import RunLog
import RunStore
import Runner
import Server
import Specification
import TensorCore
import Wording

/// The end of a command that did not do what was asked: one sentence on standard error, and an
/// exit status.
struct CommandFailure: Error {
    /// The statuses of `sysexits.h` that Lightbox uses, and its own.
    enum Status: Int32 {
        case failed = 1
        case usage = 64
        case badData = 65
        case noInput = 66
        case cannotCreate = 73
        case inputOutput = 74
        case temporary = 75
        case interrupted = 130
    }

    let status: Status
    /// The sentence; empty where everything has been said already.
    let message: String

    init(_ status: Status, _ message: String = "") {
        self.status = status
        self.message = message
    }

    /// The failure that `error` stands for, or nil where ArgumentParser knows better.
    init?(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as SpecError: self.init(Self.status(of: error), error.description)
        case let error as StoreError: self.init(Self.status(of: error), error.description)
        case let error as DatasetError: self.init(Self.status(of: error), error.description)
        case let error as OutputError: self.init(Self.status(of: error), error.description)
        case let error as ReportError: self.init(Self.status(of: error), error.description)
        case let error as ImportError:
            self.init(error.isMissing ? .noInput : .badData, error.description)
        case let error as ImagingError: self.init(.badData, error.description)
        case let error as SafetensorsError: self.init(.badData, error.description)
        case let error as ArtifactError:
            self.init(error.isMissing ? .noInput : .badData, error.description)
        case let error as PredictionError: self.init(.badData, error.description)
        case let error as ONNXError: self.init(.failed, error.description)
        case let error as CellError: self.init(.failed, error.description)
        case let error as RunnerError: self.init(.inputOutput, error.description)
        case let error as LaunchError: self.init(Self.status(of: error), error.description)
        case let error as ServerError: self.init(.cannotCreate, error.description)
        case let error as CPULevelError: self.init(.usage, error.description)
        case let error as PrintError: self.init(.inputOutput, error.description)
        case let error as CocoaError: self.init(.inputOutput, Sentence.of(error))
        default: return nil
        }
    }

    // MARK: Statuses

    private static func status(of error: SpecError) -> Status {
        if case .missingFile = error { return .noInput }
        return error.isAboutAnOption ? .usage : .badData
    }

    private static func status(of error: StoreError) -> Status {
        switch error {
        case .missing, .unknown: .noInput
        case .notAStore, .corrupt, .newerSchema, .foreignSchema, .wrongCell, .query:
            .badData
        case .cannotOpen, .readOnly, .hardLinked: .cannotCreate
        case .diskFull, .busy, .tooSlow, .database, .displaced: .inputOutput
        case .leaseLost: .failed
        case .invalid: .usage
        }
    }

    private static func status(of error: DatasetError) -> Status {
        switch error {
        case .unknown: return .usage
        case .output(let error): return status(of: error)
        case .notDrawn, .notDrawnBeside, .otherDrawing: return .cannotCreate
        default: return error.isMissingInput ? .noInput : .badData
        }
    }

    private static func status(of error: LaunchError) -> Status {
        switch error {
        case .unknown, .foreignOption, .badOption, .noTask, .retraining: .usage
        case .search: .badData
        case .badSweep: .noInput
        case .notMerged, .scheduler, .elsewhere: .failed
        case .unwritable: .inputOutput
        }
    }

    private static func status(of error: OutputError) -> Status {
        switch error {
        case .refused: .cannotCreate
        case .failed: .inputOutput
        }
    }

    private static func status(of error: ReportError) -> Status {
        switch error {
        case .outdated, .notWritten, .nothingToShow: .failed
        case .nothingSelected, .unknownValue: .noInput
        default: .usage
        }
    }
}
