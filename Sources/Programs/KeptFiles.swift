internal import Foundation
internal import Training

/// The files that a program wants kept with its run.
struct KeptFiles {
    /// As the program names them, relative to its working folder.
    let paths: [String]
    let place: ProgramPlace

    /// Copies them into the run's folder.
    ///
    /// - Throws: `ProgramError` for what is no file of the working folder.
    func keep() throws(ProgramError) -> [RunArtifact] {
        var artifacts: [RunArtifact] = []
        for path in paths {
            let folder = place.work.resolvingSymlinksInPath()
            let source = folder.appendingPathComponent(path).standardizedFileURL
            var status = stat()
            // No link on the way either, which could lead anywhere.
            guard source.path.hasPrefix(folder.path + "/"),
                source.resolvingSymlinksInPath().path == source.path,
                lstat(source.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG
            else {
                throw .badReport(
                    reason: "names the file '\(path)', which is none in its working folder")
            }
            let name = CellDocument.name(source.lastPathComponent)
            let target = place.run.appendingPathComponent(ProgramPlace.kept + name)
            if artifacts.contains(where: { $0.path == target }) {
                throw .badReport(
                    reason: "names the file '\(path)' and another one called "
                        + "'\(source.lastPathComponent)'; expected names that differ")
            }
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
}
