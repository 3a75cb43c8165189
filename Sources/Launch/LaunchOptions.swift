import Foundation

/// What a user may ask of a launcher beyond the sweep itself.
public struct LaunchOptions: Sendable, Hashable {
    /// Names on the command line.
    public enum Key: String, Sendable, Hashable, CaseIterable {
        case partition, time, cpus
        case memory = "mem"
        case arrayParallel = "array-parallel"
        case pack, requeues
        case sbatchArgument = "sbatch-arg"
    }

    /// Slurm's partition, time limit of a task, and memory of a task.
    public var partition: String?, time: String?, memory: String?
    /// Processors of a task.
    public var cpus: Int?
    /// Tasks that may run at once.
    public var arrayParallel: Int?
    /// Cells of a task.
    public var pack: Int?
    /// How often a task may requeue itself.
    public var requeues: Int?
    /// Further options for `sbatch`.
    public var sbatchArguments: [String] = []

    /// Nothing asked.
    public init() {}

    /// How often a task may requeue itself unless asked otherwise.
    public static let defaultRequeues = 20

    /// The options that were given.
    public var given: [Key] {
        Key.allCases.filter { key in
            switch key {
            case .partition: partition != nil
            case .time: time != nil
            case .cpus: cpus != nil
            case .memory: memory != nil
            case .arrayParallel: arrayParallel != nil
            case .pack: pack != nil
            case .requeues: requeues != nil
            case .sbatchArgument: !sbatchArguments.isEmpty
            }
        }
    }

    /// Refuses values that make no sense, and options that `launcher` does not understand.
    ///
    /// - Throws: `LaunchError.badOption` or `.foreignOption`.
    public func check(for launcher: any Launcher) throws {
        for key in given where !launcher.options.contains(key) {
            let others = LauncherRegistry.all.filter { $0.options.contains(key) }.map(\.name)
            throw LaunchError.foreignOption(
                option: "--\(key.rawValue)", launcher: launcher.name, others: others)
        }
        for (key, value, least) in [
            (Key.cpus, cpus, 1), (.arrayParallel, arrayParallel, 1), (.pack, pack, 1),
            (.requeues, requeues, 0),
        ] {
            guard let value, value < least else { continue }
            throw LaunchError.badOption(
                option: "--\(key.rawValue)", found: String(value),
                expected: "a whole number from \(least)")
        }
        try check(
            .partition, partition, expected: "names of partitions, with commas between them",
            allowed: "_-.,+@:")
        if let time, SlurmTime.seconds(time) == nil {
            throw LaunchError.badOption(
                option: "--time", found: time,
                expected: "a time as Slurm writes it, such as 90 (minutes), 2:30:00 or 1-12:00:00")
        }
        let isSize = memory?.range(of: "^[0-9]+[KMGT]?$", options: .regularExpression) != nil
        if let memory, !isSize {
            throw LaunchError.badOption(
                option: "--mem", found: memory, expected: "a size such as 4G or 500M")
        }
        for argument in sbatchArguments {
            let isClean = argument.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
            guard argument.hasPrefix("-"), isClean else {
                throw LaunchError.badOption(
                    option: "--sbatch-arg", found: argument,
                    expected: "one option in one line, such as --account=lab")
            }
        }
    }

    private func check(_ key: Key, _ value: String?, expected: String, allowed: String) throws {
        guard let value else { return }
        let isKnown = value.unicodeScalars.allSatisfy {
            $0.isASCII
                && ($0.properties.isAlphabetic || ("0"..."9").contains($0)
                    || allowed.unicodeScalars.contains($0))
        }
        guard isKnown, !value.isEmpty, !value.hasPrefix("-") else {
            throw LaunchError.badOption(
                option: "--\(key.rawValue)", found: value, expected: expected)
        }
    }
}
