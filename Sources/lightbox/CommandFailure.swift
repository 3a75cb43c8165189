import Experiments
import Foundation

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
        default: return nil
        }
    }

    /// Says what happened and ends the process.
    func exit() -> Never {
        if !message.isEmpty {
            FileHandle.standardError.write(Data("lightbox: \(message)\n".utf8))
        }
        Foundation.exit(status.rawValue)
    }

    private static func status(of error: SpecError) -> Status {
        switch error {
        case .missingFile: .noInput
        case .unknownKey(_, _, .option, _), .unknownName(_, _, .option, _),
            .badValue(_, _, _, .option), .syntax(.option, _):
            .usage
        default: .badData
        }
    }
}
