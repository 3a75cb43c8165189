public import Foundation

/// The file of the program that runs.
public enum ProgramFile {
    /// With its links followed; from it the same program starts again, wherever it was started from.
    public static var own: URL {
        #if os(Linux)
            URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        #else
            (Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0]))
                .resolvingSymlinksInPath()
        #endif
    }
}
