import Files
import Foundation
import Hashing
import Wording

/// The secret that turns a Patient ID into a name that stands for the patient.
///
/// The name is HMAC-SHA256 of the ID under a random key of 256 bits that never leaves its file, so
/// that nobody who has a store, a report or a log, and not the key, can find the ID by trying all of
/// them. One key serves all data sets of a user: the same patient has the same name in each.
struct PatientKey: Sendable, Equatable {
    /// The file of the key, made when it is first needed.
    let file: URL

    /// A key in a file of its own.
    init(file: URL) { self.file = file }

    /// The user's key: `LIGHTBOX_PATIENT_KEY`, else `lightbox/patient-key` in `XDG_CONFIG_HOME`, else
    /// `~/.config/lightbox/patient-key`.
    static func standard(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> PatientKey {
        if let path = environment["LIGHTBOX_PATIENT_KEY"], !path.isEmpty {
            return PatientKey(file: URL(fileURLWithPath: UserPath.expanded(path)))
        }
        if let path = environment["XDG_CONFIG_HOME"], path.hasPrefix("/") {
            return PatientKey(file: URL(fileURLWithPath: path + "/lightbox/patient-key"))
        }
        let home = environment["HOME"] ?? NSHomeDirectory()
        return PatientKey(file: URL(fileURLWithPath: home + "/.config/lightbox/patient-key"))
    }

    /// Names for patients by their IDs, in order; nil for nil. Without any ID no key is made.
    func names(of ids: [String?]) throws(DatasetError) -> [String?] {
        guard ids.contains(where: { $0 != nil }) else { return ids }
        let key = try secret()
        return ids.map { id in
            id.map { "patient-" + HMAC.hex(of: Array($0.utf8), key: key).prefix(16) }
        }
    }

    /// The key, made where there is none. Of several processes that make it at once one wins.
    private func secret() throws(DatasetError) -> [UInt8] {
        if let key = try read() { return key }
        func failure() -> DatasetError {
            .output(
                .failed(
                    path: file.path,
                    reason: String(cString: strerror(errno))
                        + "; LIGHTBOX_PATIENT_KEY names another place for the key of patients"))
        }
        let folder = file.deletingLastPathComponent()
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var generator = SystemRandomNumberGenerator()
        let key = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let text = key.map { Self.digits($0) }.joined() + "\n"
        let draft = file.path + ".\(getpid())-\(UUID().uuidString)"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure() }
        defer { unlink(draft) }
        let isWritten = write(descriptor, text, text.utf8.count) == text.utf8.count
        let isKept = fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, isKept else { throw failure() }
        guard link(draft, file.path) == 0 || errno == EEXIST else { throw failure() }
        if let key = try read() { return key }
        throw failure()
    }

    /// The key of the file; nil where there is none.
    private func read() throws(DatasetError) -> [UInt8]? {
        guard file.isThere else { return nil }
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        let digits = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard digits.utf8.count == 64, let key = HMAC.bytes(ofHex: digits) else {
            throw .badTable(
                path: file.path, line: 1,
                reason: "this is no key of patients; expected 64 hexadecimal digits, as Lightbox "
                    + "writes them when the file is not there")
        }
        return key
    }

    private static func digits(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
