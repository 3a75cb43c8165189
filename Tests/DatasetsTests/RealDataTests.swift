import Foundation
import Testing

@testable import Datasets

/// The real images, where `LIGHTBOX_DATA` names a folder that has them.
struct RealDataTests {
    static let root = DataRoot(option: nil)
    static func has(_ folder: String) -> Bool {
        root.origin == "LIGHTBOX_DATA" && root.url.appendingPathComponent(folder).isThere
    }

    @Test(.enabled(if: has("MontgomerySet")))
    func montgomery() throws {
        let dataset = try DatasetEntry.montgomery.load(Self.root, LoadOptions())
        #expect(dataset.examples.count == 138)
        #expect(dataset.examples.filter { $0.classIndex == 0 }.count == 80)
        #expect(dataset.examples.filter { $0.classIndex == 1 }.count == 58)
        #expect(dataset.examples.allSatisfy { $0.hasMask && $0.reading != nil })
        #expect(dataset.notes.isEmpty)
        let inside = dataset.masks.reduce(0) { $0 + Int($1) }
        #expect(abs(Double(inside) / Double(dataset.masks.count) - 0.2615) < 0.002)
    }

    @Test(.enabled(if: has("ChinaSet_AllFiles")))
    func shenzhen() throws {
        let masked = try DatasetEntry.shenzhen.load(Self.root, LoadOptions(side: 32))
        #expect(masked.examples.count == 566)
        #expect(masked.examples.filter { $0.classIndex == 0 }.count == 279)
        let all = try DatasetEntry.shenzhen.load(
            Self.root, LoadOptions(side: 32, unmasked: .include))
        #expect(all.examples.count == 662)
        #expect(all.examples.filter { $0.classIndex == 0 }.count == 326)
        #expect(all.examples.filter { !$0.hasMask }.count == 96)
    }
}
