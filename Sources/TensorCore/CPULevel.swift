internal import CKernels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The instruction sets that the kernels are built for, from the plainest up.
public enum CPULevel: String, Sendable, CaseIterable {
    case portable
    case avx2
    case avx512

    /// The environment variable that forces a level, for tests and comparisons.
    public static let variable = "LIGHTBOX_CPU"

    /// The highest level that this machine can run.
    public static var best: CPULevel { CPULevel(lb_cpu_best()) }

    /// The level that `LIGHTBOX_CPU` asks for, else the best; one that this machine cannot run is
    /// lowered when a context is made.
    ///
    /// - Throws: `CPULevelError` where the variable holds no level's name.
    public static func requested() throws(CPULevelError) -> CPULevel {
        guard let text = getenv(variable).map({ String(cString: $0) }), !text.isEmpty else {
            return best
        }
        guard let level = CPULevel(rawValue: text) else { throw .unknown(text) }
        return level
    }

    init(_ level: lb_cpu) {
        switch level {
        case LB_CPU_AVX512: self = .avx512
        case LB_CPU_AVX2: self = .avx2
        default: self = .portable
        }
    }

    var kernelLevel: lb_cpu {
        switch self {
        case .portable: LB_CPU_PORTABLE
        case .avx2: LB_CPU_AVX2
        case .avx512: LB_CPU_AVX512
        }
    }
}

/// `LIGHTBOX_CPU` holds something else than a level.
public enum CPULevelError: Error, CustomStringConvertible {
    /// What it holds.
    case unknown(String)

    /// One sentence with the known names.
    public var description: String {
        switch self {
        case .unknown(let text): Self.sentence(text)
        }
    }

    private static func sentence(_ text: String) -> String {
        let known = CPULevel.allCases.map(\.rawValue).joined(separator: ", ")
        return "the environment variable \(CPULevel.variable) is '\(text)'; expected \(known)"
    }
}
