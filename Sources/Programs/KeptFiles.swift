internal import Foundation
internal import Training

/// The files that a program wants kept with its run.
struct KeptFiles {
    /// As the program names them, relative to its working folder.
    let paths: [String]
    let place: ProgramPlace

    /// Copies them into the run's folder.
    ///
    /// A file has its last name there; one whose last name another has, its whole path.
    ///
    /// - Throws: `ProgramError` for what is no file of the working folder, or is reached by a link
    ///   that leads out of it.
    func keep() throws(ProgramError) -> [RunArtifact] {
        var artifacts: [RunArtifact] = []
        let root = place.work.standardizedFileURL.path + "/"
        var sources: Set<String> = [], names: Set<String> = []
        for path in paths {
            let source = place.work.appendingPathComponent(path).standardizedFileURL
            var status = stat()
            guard source.path.hasPrefix(root), isReal(source.path),
                lstat(source.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG
            else {
                throw .badReport(
                    reason: "names the file '\(path)', which is none in its working folder")
            }
            guard sources.insert(source.path).inserted else { continue }
            var name = CellDocument.name(source.lastPathComponent)
            if !names.insert(name.lowercased()).inserted {
                name = CellDocument.name(String(source.path.dropFirst(root.count)))
                names.insert(name.lowercased())
            }
            let target = place.run.appendingPathComponent(ProgramPlace.kept + name)
            do {
                try? FileManager.default.removeItem(at: target)
                try FileManager.default.copyItem(at: source, to: target)
            } catch {
                throw .folder(path: place.run.path, reason: error.localizedDescription)
            }
            artifacts.append(RunArtifact(kind: "program-file", path: target))
        }
        return artifacts
    }

    /// Whether the path, with its links followed, stays in the working folder.
    private func isReal(_ path: String) -> Bool {
        guard let found = realpath(path, nil), let root = realpath(place.work.path, nil) else {
            return false
        }
        defer {
            free(found)
            free(root)
        }
        return String(cString: found).hasPrefix(String(cString: root) + "/")
    }
}
