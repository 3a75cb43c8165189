/// Runs that a program of the user's trained, as stores tell them from others.
public enum ProgramRuns {
    /// What stands for their procedure. They have the settings that they have recorded, and no others.
    public static let procedure = "program"
}
