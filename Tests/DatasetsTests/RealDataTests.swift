import Domain
import Foundation
import Hashing
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

    /// Pixels and masks of the releases, which stored results depend on. The copies at hand differ
    /// from the official files: only those of these fingerprints are compared.
    @Test(
        .enabled(if: has("ChinaSet_AllFiles") && has("JSRT") && has("SPINE")),
        arguments: [
            (
                "mcx", "7d667d43c11e6c6097e6c1a59bc57314af297b16ea659490d5be58d420d6bf28",
                "4e264105437af2eb04b86560e3edd80f0f52cba48d70b275c18cb5ecb2d1ed2c"
            ),
            (
                "scx", "0d079e23946065ac17374310c82b9b8dd56cbcd1711b788f3aec570d76cbe86f",
                "7fe350f9229ea65ef5da88000887354a04db3085f81f8e9ab1c169b1c599a9e0"
            ),
            (
                "jcx", "fbe03027f6af26571be34b13f1ef878e8cce76bb2476c2669b947b5c02a97350",
                "cdcdf43ec2301e35e30a7faf35f498f6f3e2886403b22e5c6a079a88e1a530a1"
            ),
            (
                "spine", "7f06ea1287d146631cc9d8399f5a05051e9f1a6994afda7f80c7a99b99f310af",
                "aca2637aee9394e6ad5acd03c96f376eea1b3d0ab95a1c8a04be140d9f774ea3"
            ),
        ])
    func theSameBits(set: (name: String, fingerprint: String, arrays: String)) throws {
        let entry = try DatasetRegistry.require(set.name)
        let dataset = try entry.load(Self.root, LoadOptions(unmasked: .include, cache: nil))
        guard dataset.fingerprint == set.fingerprint else { return }
        var hash = SHA256()
        dataset.images.withUnsafeBytes { hash.update($0) }
        dataset.masks.withUnsafeBytes { hash.update($0) }
        #expect(hash.digest() == set.arrays)
        #expect(dataset.origin == .real)
    }
}
