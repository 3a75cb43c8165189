import Datasets
import Files
import Foundation
import Testing

/// The files and folders of data sets, which no verb writes over.
@Suite struct DataFilesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

    /// A folder of a user's own, with one image and its mask.
    private func write(_ name: String) throws {
        let files = FileManager.default
        for part in ["images", "masks"] {
            try files.createDirectory(
                atPath: path("\(name)/\(part)"), withIntermediateDirectories: true)
            let source = try #require(
                try files.subpathsOfDirectory(atPath: path("MontgomerySet/CXR_png")).first)
            try files.copyItem(
                atPath: path("MontgomerySet/CXR_png/\(source)"),
                toPath: path("\(name)/\(part)/a.png"))
        }
    }

    private func holds(_ data: DataFiles, _ name: String) -> Bool {
        let identities = Set(data.folders.compactMap { FileIdentity($0) })
        return FileIdentity(path(name)).map(identities.contains) ?? false
    }

    @Test func everySetBelowTheRootIsKnown() throws {
        try folder.write(.mcx, count: 2)
        try write("mine")
        try write("deep/inside")
        let data = DataFiles(below: folder.root)
        for name in ["MontgomerySet", "MontgomerySet/CXR_png", "mine", "mine/images", "mine/masks"]
        {
            #expect(holds(data, name), "\(name)")
        }
        #expect(!holds(data, ".") && !holds(data, "..") && !holds(data, "deep/inside/images"))
        let found = Set(data.files.compactMap { FileIdentity($0) })
        for name in ["mine/images/a.png", "mine/masks/a.png"] {
            #expect(found.contains(try #require(FileIdentity(path(name)))))
        }
        // Deeper ones only by their name, which a store knows.
        #expect(
            holds(
                DataFiles(below: folder.root, named: ["folder:deep/inside"]), "deep/inside/images"))
        #expect(
            DataFiles(below: folder.root, named: ["nonsense", "folder:none"]).folders
                == data.folders)
    }

    @Test(arguments: ["folder:../../etc", "folder:a/../../b", "folder:..", "folder:/etc"])
    func noNameLeadsOutOfTheDataFolder(_ name: String) {
        #expect(DatasetRegistry.find(name) == nil)
    }

    /// The data folder may be the set itself, and it may be where the user works.
    @Test func theRootItselfStaysFree() throws {
        try folder.write(.mcx, count: 2)
        try write("mine")
        let data = DataFiles(below: DataRoot(folder.url.appendingPathComponent("mine")))
        #expect(holds(data, "mine/images") && holds(data, "mine/masks"))
        #expect(!holds(data, "mine") && !holds(data, "."))
    }

    @Test func theSetOfAnImageIsFound() throws {
        try folder.write(.mcx, count: 2)
        try write("mine")
        try FileManager.default.createDirectory(
            atPath: path("scans"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: path("mine/images/a.png"), toPath: path("scans/a.png"))
        #expect(holds(DataFiles(around: [path("mine/images")]), "mine/masks"))
        #expect(holds(DataFiles(around: [path("MontgomerySet/CXR_png")]), "MontgomerySet"))
        #expect(DataFiles(around: [path("scans"), path("none")]).folders == [])
    }
}
