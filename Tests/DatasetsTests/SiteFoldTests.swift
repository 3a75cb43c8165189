import Domain
import Testing

@testable import Datasets

/// A site is a fold: all of its images are tested, and none of them trains.
@Suite struct SiteFoldTests {
    /// Twelve images of each site; the last two of `b` have no mask, and `patient` names their patient.
    private func examples(
        sites: [String?] = ["a", "b", "c"], patient: (Int) -> String? = { _ in nil }
    ) -> [Example] {
        sites.enumerated().flatMap { place, site in
            (0..<12).map { index in
                Example(
                    id: "\(site ?? "none")\(index)", hasMask: site != "b" || index < 10,
                    classIndex: index % 2, patient: patient(12 * place + index), site: site,
                    originalWidth: 1, originalHeight: 1)
            }
        }
    }

    private func divide(_ examples: [Example], _ site: String, seed: UInt64 = 1) throws -> DataSplit
    {
        try DataSplit.make(
            for: "test", examples: examples, twins: [], seed: seed, labelledPercent: 100,
            stratified: true, fold: .site(site))
    }

    @Test func everySiteIsTestedOnceAndWhole() throws {
        let all = examples()
        let masked = all.indices.filter { all[$0].hasMask }
        let splits = try ["a", "b", "c"].map { try divide(all, $0) }
        #expect(splits.flatMap(\.test).sorted() == masked)
        for (site, split) in zip(["a", "b", "c"], splits) {
            #expect(split.test == masked.filter { all[$0].site == site })
            #expect((split.train + split.validation).allSatisfy { all[$0].site != site })
            #expect(split.validation.count == (masked.count - split.test.count + 9) / 10)
            #expect(Set(split.validation).isDisjoint(with: split.train))
        }
        // Images of the tested site do not train either where they have no mask.
        let unmasked = all.indices.filter { !all[$0].hasMask }
        #expect(splits[1].train.allSatisfy { !unmasked.contains($0) })
        #expect(Set(unmasked).isSubset(of: splits[0].train))
        #expect(try divide(all, "a", seed: 2).validation != splits[0].validation)
        #expect(try divide(all, "a", seed: 2).test == splits[0].test)
    }

    @Test func whatCannotBeIsSaid() {
        func fault(_ all: [Example], _ site: String) -> String? {
            #expect(throws: DatasetError.self) { try divide(all, site) }?.description
        }
        #expect(
            fault(examples(), "d")
                == "cannot split 'test': fold is site 'd', expected one of a, b, c")
        #expect(
            fault(examples(sites: [nil]), "a")
                == "cannot split 'test': fold is site 'a', but its images are not of several sites")
        #expect(
            fault(examples(sites: ["a", "c", nil]), "a")
                == "cannot split 'test': 12 of its images name no site")
        #expect(
            fault(examples { [0, 20].contains($0) ? "p" : nil }, "a")
                == "cannot split 'test': 1 patient would be tested and trained on: their images are "
                + "of several sites")
    }
}
