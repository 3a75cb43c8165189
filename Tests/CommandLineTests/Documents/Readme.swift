/// The commands and experiments that README.md and other documents show.
enum Readme {
    /// The blocks of code of a section.
    static func blocks(
        of section: String, in document: String = "README.md"
    ) throws -> [DocumentBlock] {
        try DocumentBlock.all(in: document).filter { $0.section == section }
    }

    /// The commands of the program in a section.
    static func commands(
        of section: String, in document: String = "README.md"
    ) throws -> [String] {
        try blocks(of: section, in: document).flatMap(\.commands)
    }

    /// The experiment of that name in a section.
    static func experiment(
        _ name: String, in section: String, of document: String = "README.md"
    ) throws -> String? {
        try blocks(of: section, in: document).first { $0.experiment == name }?.text
    }
}
