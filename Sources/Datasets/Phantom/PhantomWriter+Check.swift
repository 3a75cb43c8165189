import Files
public import Foundation

extension PhantomWriter {
    /// Decides about every folder and file, before the first is written.
    ///
    /// - Parameter replacing: whether files that were not drawn may be replaced, and lie beside.
    /// - Throws: `DatasetError.output` for a place where nothing may be written, `.notDrawn`,
    ///   `.otherDrawing` and `.notDrawnBeside`.
    public func check(_ folder: URL, replacing: Bool = false) throws(DatasetError) {
        let paths = PhantomPaths(layout: layout, root: folder, options: options)
        let manifest = PhantomManifest(paths.manifest)
        let journal = PhantomJournal(beside: paths.manifest)
        let drawn = drawings(at: paths)
        try DatasetError.writing { () throws(OutputError) -> Void in
            let rule = OutputRule(existing: .any)
            for place in paths.folders { _ = try rule.folder(place.path) }
            let lists = [paths.manifest.path, journal.url.path]
            let others = drawn.union(tables.map(\.path)).sorted()
            for file in lists + others.map({ folder.appendingPathComponent($0).path }) {
                _ = try rule.file(file)
            }
        }
        guard !replacing else { return }
        try refuseOthers(at: paths, earlier: manifest, stopped: journal)
        if let manifest { try refuseMixture(with: manifest, at: paths) }
        let search = ForeignImages(
            besides: Set(drawn.map { folder.appendingPathComponent($0).path }))
        if let image = search.first(below: paths.roots) {
            throw .notDrawnBeside(path: image.relativePath)
        }
    }

    /// The files of all images, below the folder.
    func drawings(at paths: PhantomPaths) -> Set<String> {
        Set((0..<options.count).flatMap { paths.files($0, id: Self.id(of: $0, layout: layout)) })
    }
}

extension PhantomPaths {
    /// The folders that a drawing makes its own: `MontgomerySet`, or of a folder of one's own all of it.
    fileprivate var roots: [URL] {
        if layout == .folder { return [root] }
        let paths: [String] = files(0, id: "") + files(1, id: "")
        let names = Set(paths.map { path in String(path.prefix { $0 != "/" }) })
        return names.sorted().map { root.appendingPathComponent($0) }
    }
}
