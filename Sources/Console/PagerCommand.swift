import Foundation

/// The program that the user reads long answers with.
struct PagerCommand: Equatable {
    /// Program and arguments.
    let words: [String]
    /// As the user wrote it.
    let text: String

    /// `$PAGER`, else `less` where there is one. None where `PAGER` is empty or `cat`, and on dumb
    /// terminals.
    static func chosen(_ environment: [String: String]) -> PagerCommand? {
        let terminal = environment["TERM"] ?? ""
        guard terminal != "dumb", !terminal.isEmpty else { return nil }
        guard let named = environment["PAGER"] else {
            return isProgram("less", environment) ? PagerCommand("less") : nil
        }
        let text = named.trimmingCharacters(in: .whitespaces)
        return text.isEmpty || text == "cat" ? nil : PagerCommand(text)
    }

    /// Words are split here where no sign needs a shell, so that a program that does not exist is
    /// noticed before anything is sent to it.
    init(_ text: String) {
        self.text = text
        let needsShell = text.contains { "|&;<>()$`\\\"'*?[#~=%!{".contains($0) }
        words =
            needsShell
            ? ["/bin/sh", "-c", text] : text.split(separator: " ").map(String.init)
    }

    private static func isProgram(_ name: String, _ environment: [String: String]) -> Bool {
        (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").contains {
            access("\($0)/\(name)", X_OK) == 0
        }
    }
}
