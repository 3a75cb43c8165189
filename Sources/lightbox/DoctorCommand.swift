import ArgumentParser

/// `lightbox doctor`
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Show what this machine has.")

    func run() throws {}
}
