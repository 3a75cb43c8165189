import Domain
import Foundation
import Imaging
import TestSupport
import Testing

@testable import Datasets

/// Patients of DICOM files: told apart, and never told.
struct PatientTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var root: DataRoot {
        var root = folder.root
        root.patients = PatientKey(file: folder.url.appendingPathComponent("keys/patient-key"))
        return root
    }

    private func write(
        _ name: String, patient: String?, person: String = "TELL^TALE", mask: Bool = true
    ) throws {
        let pixels = (0..<64).map { UInt16(($0 * 37 + name.utf8.count) % 4096) }
        var file = DICOMPhantom(width: 8, height: 8, stored: pixels)
        file.set(0x0010_0010, "PN", person)
        if let patient { file.set(0x0010_0020, "LO", patient) }
        for part in ["images", "masks"] {
            try FileManager.default.createDirectory(
                at: folder.url.appendingPathComponent(part), withIntermediateDirectories: true)
        }
        let place = folder.url.appendingPathComponent("images/\(name)")
        try ImageFile.write(file.bytes, to: place)
        guard mask else { return }
        let inside = (0..<64).map { UInt8($0 % 8 < 4 ? 1 : 0) }
        try ImageFile.write(
            PNG.encode(mask: inside, width: 8, height: 8),
            to: folder.url.appendingPathComponent("masks/\(place.stem).png"))
    }

    private func load() throws(DatasetError) -> Dataset {
        try DatasetEntry.ownFolder(".").load(root, LoadOptions(side: 8, cache: nil))
    }

    @Test func patientsAreToldApart() throws {
        try write("a.dcm", patient: "4711")
        try write("b.dcm", patient: "4711 ")
        try write("c.dcm", patient: "4712")
        try write("d", patient: nil)
        let first = try load().examples
        #expect(first.map(\.id) == ["a", "b", "c", "d"])
        #expect(first[0].patient == first[1].patient && first[0].patient != first[2].patient)
        #expect(first[3].patient == nil)
        #expect(first[0].patient?.hasPrefix("patient-") == true)
        // The same again; under another key other names and the same groups.
        #expect(try load().examples.map(\.patient) == first.map(\.patient))
        try folder.remove("keys")
        let other = try load().examples
        #expect(other[0].patient == other[1].patient && other[0].patient != first[0].patient)
    }

    @Test func theKeyIsTheUsersAlone() throws {
        try write("a.dcm", patient: "4711")
        _ = try load()
        let path = root.patients.file.path
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let files = try FileManager.default.contentsOfDirectory(
            atPath: folder.url.appendingPathComponent("keys").path)
        #expect(files == ["patient-key"])
        try ImageFile.write(Array("no key\n".utf8), to: root.patients.file)
        let error = #expect(throws: DatasetError.self) { try load() }
        #expect(error?.description.contains("this is no key of patients") == true)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "no key\n")
    }

    @Test func aKeyThatCannotBeKeptIsSaid() throws {
        try write("a.dcm", patient: "4711")
        try ImageFile.write([1], to: folder.url.appendingPathComponent("keys"))
        let error = #expect(throws: DatasetError.self) { try load() }
        #expect(error?.description.contains("LIGHTBOX_PATIENT_KEY") == true)
    }

    @Test func noKeyIsMadeWithoutNeed() throws {
        try write("a.dcm", patient: nil)
        _ = try load()
        #expect(!FileManager.default.fileExists(atPath: root.patients.file.path))
    }

    /// Many at once agree on one key.
    @Test func oneKeyWins() {
        let key = root.patients
        let names = parallelMap(16) { _ in try? key.names(of: ["4711"])[0] }.compactMap { $0 }
        #expect(names.count == 16 && Set(names).count == 1)
    }

    @Test func whereTheKeyIs() {
        func path(_ environment: [String: String]) -> String {
            PatientKey.standard(environment: environment).file.path
        }
        #expect(path(["LIGHTBOX_PATIENT_KEY": "/k/x", "XDG_CONFIG_HOME": "/c"]) == "/k/x")
        #expect(path(["XDG_CONFIG_HOME": "/c", "HOME": "/h"]) == "/c/lightbox/patient-key")
        #expect(path(["HOME": "/h"]) == "/h/.config/lightbox/patient-key")
    }

    @Test func theTableKnowsBetter() throws {
        try write("a.dcm", patient: "4711")
        try write("b.dcm", patient: "4711")
        try ImageFile.write(
            Array("file,patient\na,p1\nb.dcm,p2\n".utf8),
            to: folder.url.appendingPathComponent("labels.csv"))
        #expect(try load().examples.map(\.patient) == ["p1", "p2"])
    }

    @Test(arguments: ["ID4711_1.dcm", "x_tell_2.dcm", "TALE"])
    func namesOfFilesThatTellAreRefusedUnsaid(name: String) throws {
        try write("0.dcm", patient: "other", person: "NOBODY^")
        try write(name, patient: "ID4711")
        let error = #expect(throws: DatasetError.self) { try load() }
        let text = error?.description ?? ""
        #expect(text.contains("image 2 by name in "), "\(text)")
        #expect(!text.contains("4711") && !text.lowercased().contains("tell"), "\(text)")
        // Whoever writes the names into a table has chosen them.
        let stem = URL(fileURLWithPath: name).stem
        try ImageFile.write(
            Array("file\n0\n\(stem)\n".utf8), to: folder.url.appendingPathComponent("labels.csv"))
        #expect(try load().examples.count == 2)
    }

    @Test func uniqueIdentifiersAreNamesInFull() throws {
        try write("1.2.840.113619.1", patient: "p")
        try write("1.2.840.113619.2", patient: "q")
        #expect(try load().examples.map(\.id) == ["1.2.840.113619.1", "1.2.840.113619.2"])
    }
}
