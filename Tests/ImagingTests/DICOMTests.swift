import Domain
import Foundation
import TestSupport
import Testing

@testable import Imaging

/// DICOM files as hospitals write them: what becomes of stored values, and what is refused.
struct DICOMTests {
    private let values: [UInt16] = [0, 1, 7, 4095, 2048, 12]

    private func phantom(
        _ stored: [UInt16]? = nil, bits: Int = 12, isSigned: Bool = false,
        photometric: String = "MONOCHROME2", form: DICOMPhantom.Form = .explicit,
        hasPreamble: Bool = true
    ) -> DICOMPhantom {
        DICOMPhantom(
            width: 3, height: 2, stored: stored ?? values, bits: bits, isSigned: isSigned,
            photometric: photometric, form: form, hasPreamble: hasPreamble)
    }

    private func pixels(_ phantom: DICOMPhantom) throws -> [UInt16] {
        try DICOM.decode(phantom.bytes, name: "a.dcm").pixels
    }

    private func refusal(_ phantom: DICOMPhantom) -> String {
        do throws(ImagingError) {
            _ = try DICOM.decode(phantom.bytes, name: "a.dcm")
            return "decoded"
        } catch {
            return error.description
        }
    }

    @Test(arguments: [DICOMPhantom.Form.explicit, .implicit, .bigEndian])
    func everyFormOfWritingElements(form: DICOMPhantom.Form) throws {
        #expect(try pixels(phantom(form: form)) == values)
    }

    @Test(arguments: [DICOMPhantom.Form.explicit, .implicit])
    func filesWithoutPreamble(form: DICOMPhantom.Form) throws {
        var bare = phantom(form: form, hasPreamble: false)
        bare.set(0x0008_0008, "CS", "ORIGINAL")
        #expect(try pixels(bare) == values)
        #expect(try ImageFile.decode(bare.bytes, name: "IM0001").pixels == values)
        // A headerless picture may begin with the same bytes, and its name tells.
        #expect(ImageFormat.of(bare.bytes, name: "a.IMG")?.name == "IMG")
    }

    @Test func brightIsLarge() throws {
        let turned = values.map { 4095 - $0 }
        #expect(try pixels(phantom(photometric: "MONOCHROME1")) == turned)
        var steep = phantom()
        steep.set(0x0028_1053, "DS", "-1.5")
        #expect(try pixels(steep) == turned)
        var both = phantom(photometric: "MONOCHROME1")
        both.set(0x0028_1053, "DS", "-1.5")
        #expect(try pixels(both) == values)
        var stretched = phantom()
        stretched.set(0x0028_1053, "DS", "2")
        stretched.set(0x0028_1052, "DS", "-1024")
        #expect(try pixels(stretched) == values)
    }

    /// Values that are all one are no picture, and what is no number says nothing about them.
    @Test(arguments: [
        ("0", nil), ("-0.0", "5"), ("1e-300", "1e300"), ("1", "1e300"), ("1e308", nil), ("x", nil),
        ("nan", nil), ("inf", nil), ("1", "nan"), ("1", "?"),
    ])
    func slopesThatLeaveNoPictureAreRefused(slope: String, intercept: String?) {
        for isSigned in [false, true] {
            var flat = phantom(isSigned: isSigned)
            flat.set(0x0028_1053, "DS", slope)
            if let intercept { flat.set(0x0028_1052, "DS", intercept) }
            #expect(refusal(flat).contains("rescale"), "\(refusal(flat))")
            #expect(throws: ImagingError.self) { try DICOM.info(flat.bytes, name: "a.dcm") }
        }
    }

    @Test(arguments: ["1e-12", " 0.5 ", "1e10", ""])
    func otherSlopesChangeNothing(slope: String) throws {
        var scaled = phantom()
        scaled.set(0x0028_1053, "DS", slope)
        #expect(try pixels(scaled) == values)
    }

    @Test func signedValuesCountFromTheSmallest() throws {
        let stored = [-2048, -1, 0, 1, 5, 2047].map { UInt16(bitPattern: Int16($0)) }
        #expect(try pixels(phantom(stored, isSigned: true)) == [0, 2047, 2048, 2049, 2053, 4095])
    }

    @Test(arguments: [8, 9, 10, 12, 14, 15, 16])
    func bitsOfEveryNumber(bits: Int) throws {
        let white = UInt16((1 << bits) - 1)
        // What lies above the stored bits, as overlays did, is no part of the value.
        let above: UInt16 = bits < 16 ? 1 << bits : 0
        let image = try DICOM.decode(
            phantom([0, 1, 2, white, white | above, above], bits: bits).bytes, name: "a.dcm")
        #expect(image.maximum == white)
        #expect(image.pixels == [0, 1, 2, white, white, 0])
    }

    @Test func bitsMayStandHighInTheWord() throws {
        var high = phantom(values.map { $0 << 4 | 9 })
        high.set(0x0028_0102, words: [15])
        #expect(try pixels(high) == values)
    }

    @Test func theModalityTableIsApplied() throws {
        let item = DICOMPhantom.item([
            (0x0028_3002, [4, 1, 16]), (0x0028_3006, [100, 200, 300, 65535]),
        ])
        var mapped = phantom([0, 1, 2, 3, 4, 9])
        mapped.set(0x0028_3000, "SQ", bytes: item)
        #expect(try pixels(mapped) == [100, 100, 200, 300, 65535, 65535])
        mapped.set(0x0028_3000, "SQ", bytes: DICOMPhantom.item([(0x0028_3002, [9, 1, 16])]))
        #expect(refusal(mapped).contains("its modality table is cut short"))
    }

    @Test func theWindowIsNotApplied() throws {
        var windowed = phantom()
        windowed.set(0x0028_1050, "DS", "40")
        windowed.set(0x0028_1051, "DS", "80")
        #expect(try pixels(windowed) == values)
    }

    @Test func spacingIsRead() throws {
        func spacing(_ tag: UInt32, _ text: String) throws -> PixelSpacing? {
            var spaced = phantom()
            spaced.set(tag, "DS", text)
            return try DICOM.info(spaced.bytes, name: "a.dcm").spacing
        }
        #expect(try spacing(0x0028_0030, "0.2\\0.3") == PixelSpacing(rows: 0.2, columns: 0.3))
        #expect(try spacing(0x0018_1164, " 0.15\\0.15 ") == PixelSpacing(rows: 0.15, columns: 0.15))
        for text in ["0\\0", "-1\\2", "nan\\1", "x", "1", ""] {
            #expect(try spacing(0x0028_0030, text) == nil, "\(text)")
        }
    }

    @Test func whatIsNotReadIsSaid() {
        var many = phantom()
        many.set(0x0028_0008, "IS", "12")
        #expect(
            refusal(many)
                == "a.dcm: this DICOM file holds 12 pictures (frames), which is not read; write each "
                + "into a file of its own, for example with dcmj2pnm --all-frames (dcmtk)")
        #expect(refusal(phantom(photometric: "PALETTE COLOR")).contains("has a table of colours"))
        var none = phantom()
        none.remove(0x7FE0_0010)
        #expect(refusal(none).contains("holds no picture"))
        var wide = phantom()
        wide.set(0x0028_0100, words: [32])
        #expect(refusal(wide).contains("stores 32 bits a sample"))
        var rowless = phantom()
        rowless.remove(0x0028_0010)
        #expect(refusal(rowless) == "a.dcm is damaged: it has no Rows (0028,0010)")
        var lying = phantom()
        lying.set(0x0028_0010, words: [3])
        #expect(refusal(lying).contains("its picture has 12 bytes, expected 18"))
        var huge = phantom()
        huge.set(0x0028_0010, words: [65535])
        huge.set(0x0028_0011, words: [65535])
        #expect(refusal(huge).contains("declares 65535 x 65535 pixels"))
    }

    @Test func sequencesAreNotFollowedWithoutEnd() {
        let endless = [UInt8](repeating: 255, count: 4)
        let nested: [UInt8] =
            [8, 0, 0x15, 0x11] + Array("SQ\0\0".utf8) + endless + [0xFE, 0xFF, 0, 0xE0] + endless
        let bytes = (0..<10_000).flatMap { _ in nested }
        #expect(
            throws: ImagingError.damaged(
                file: "a.dcm", reason: "sequences lie more than 32 deep in each other")
        ) { try DICOM.decode(bytes, name: "a.dcm") }
    }

    @Test func sequencesOfEveryLengthArePassedOver() throws {
        func tag(_ element: UInt32) -> [UInt8] {
            [
                UInt8(element >> 16 & 255), UInt8(element >> 24), UInt8(element & 255),
                UInt8(element >> 8 & 255),
            ]
        }
        let endless = [UInt8](repeating: 255, count: 4)
        let none: [UInt8] = [0, 0, 0, 0]
        // An inner Rows is not the picture's.
        let inner: [UInt8] = tag(0x0028_0010) + Array("US".utf8) + [2, 0, 9, 9]
        let plain: [UInt8] = tag(0x0028_0010) + [2, 0, 0, 0, 9, 9]
        for (type, body) in [("SQ", inner), ("UN", plain)] {
            let sequence: [UInt8] =
                tag(0x0008_1140) + Array(type.utf8) + [0, 0] + endless + tag(0xFFFE_E000) + endless
                + body + tag(0xFFFE_E00D) + none + tag(0xFFFE_E000) + [UInt8(body.count), 0, 0, 0]
                + body + tag(0xFFFE_E0DD) + none
            let whole = phantom().bytes
            let place = 132 + 8 + 20
            let bytes = Array(whole[..<place]) + sequence + Array(whole[place...])
            #expect(try DICOM.decode(bytes, name: "a.dcm").pixels == values, "\(type)")
        }
    }

    @Test(arguments: ["1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.201", "NAME^OF A PERSON"])
    func unknownTransferSyntaxesAreNotRepeated(uid: String) {
        var other = phantom(hasPreamble: false)
        other.set(0x0002_0010, "UI", uid)
        let text = refusal(other)
        #expect(text.contains("gdcmconv --raw"), "\(text)")
        #expect(!text.contains("PERSON"))
    }

    /// Nothing of a person is in an error, wherever a file breaks.
    @Test func errorsTellNothingOfThePatient() throws {
        var told = phantom()
        told.set(0x0010_0010, "PN", "TELLTALE^NAME")
        told.set(0x0010_0020, "LO", "ID-4711-TELLTALE")
        told.set(0x0010_0030, "DA", "19531104")
        told.set(0x0028_0004, "CS", "TELLTALE")
        let bytes = told.bytes
        for count in 0..<bytes.count {
            do throws(ImagingError) {
                _ = try ImageFile.decode(Array(bytes.prefix(count)), name: "a.dcm")
            } catch {
                let text = error.description
                for secret in ["TELL", "4711", "1953"] {
                    #expect(!text.contains(secret), "\(text)")
                }
            }
        }
        #expect(!refusal(told).contains("TELL"))
    }

    @Test func personsAreFoundAndNeverShown() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("lightbox-person-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var told = phantom()
        told.set(0x0010_0010, "PN", "Tell^Ann Marie")
        told.set(0x0010_0020, "LO", " 4711-X ")
        told.set(0x0010_0030, "DA", "19531104")
        let file = folder.appendingPathComponent("a.dcm")
        try ImageFile.write(told.bytes, to: file)
        let person = try #require(DICOMPerson(of: file))
        #expect(person.id == "4711-X")
        #expect("\(person)" == "a patient")
        for name in ["4711-x.dcm", "scan_tell_1.dcm", "ANN", "19531104.dcm", "a-marie2"] {
            #expect(person.isNamed(in: name), "\(name)")
        }
        for name in ["a.dcm", "1.2.840.3.dcm", "intelligent", "annotated", "IM_0001"] {
            #expect(!person.isNamed(in: name), "\(name)")
        }
        try ImageFile.write(Array("no image".utf8), to: file)
        #expect(DICOMPerson(of: file) == nil)
    }

    @Test func masksMayBeDICOM() throws {
        let mask = try MaskImage(phantom([0, 1, 1, 0, 0, 1]).bytes, name: "a.dcm")
        #expect(mask.pixels == [0, 1, 1, 0, 0, 1])
        let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fuzz/corpus/dicom/jpeg.dcm")
        #expect(throws: ImagingError.lossyMask(file: "a.dcm", format: "lossy DICOM")) {
            try MaskImage(ImageFile.bytes(of: corpus), name: "a.dcm")
        }
    }
}
