import Assembly
import Datasets
import Foundation
import Imaging
import RunStore
import Runner
import Specification
import Wording

/// Which images of a `predict` its runs have seen in training: beside those a comparison is no test.
struct SeenInputs {
    let runs: [StoredRun]
    let store: RunStore
    /// Where the runs' own data may be.
    private let root = DataRoot(option: nil)

    init(runs: [StoredRun], in store: RunStore) {
        self.runs = runs
        self.store = store
    }

    /// What there is to say of images that were compared with drawn masks; nil where nothing is.
    ///
    /// Files are compared where the data set of a run is at hand, else names.
    func note(on images: [URL]) -> String? {
        var seen: Set<URL> = []
        var named: Set<URL> = []
        var by: [String] = []
        let shelf = DatasetShelf(root: root)
        for run in runs where !images.isEmpty {
            let others = digestsOfUnlabelled(run, from: shelf)
            let withoutLabels = images.filter { image in
                guard !others.isEmpty else { return false }
                return (try? DatasetEntry.imageDigest(of: image)).map(others.contains) ?? false
            }
            seen.formUnion(withoutLabels)
            guard let trained = try? store.trainedImages(of: run.id) else { continue }
            let digests = try? DatasetRegistry.find(trained.dataset)?
                .imageDigests(below: root, of: trained.names)
            let found: [URL]
            if let digests, !digests.isEmpty {
                let known = Set(digests.values)
                found = images.filter { image in
                    (try? DatasetEntry.imageDigest(of: image)).map { known.contains($0) } ?? false
                }
                seen.formUnion(found)
            } else {
                found = images.filter { trained.names.contains($0.stem) }
                named.formUnion(found)
            }
            if !found.isEmpty || !withoutLabels.isEmpty { by.append(String(run.id)) }
        }
        let all = seen.union(named)
        guard !all.isEmpty else { return nil }
        let isOne = images.count == 1
        let what = isOne ? "the image" : "\(all.count) of the \(images.count) images compared"
        let isSingle = isOne || all.count == 1
        let fact =
            seen.count == all.count
            ? "\(isSingle ? "was" : "were") seen in training"
            : "\(isSingle ? "has the name of an image" : "have names of images") seen in training"
        let whose = (by.count == 1 ? "run " : "runs ") + by.joined(separator: ", ")
        return "\(what) \(fact) (\(whose)): this is no test of it; "
            + "'lightbox show \(by[0])' has the results on its test images"
    }

    /// The digests of the images of other data sets that the run has seen without labels, as far as these
    /// lie at hand.
    private func digestsOfUnlabelled(_ run: StoredRun, from shelf: DatasetShelf) -> Set<String> {
        Set(
            run.cell.unlabelledDatasets.flatMap { name -> [String] in
                guard let division = run.divisionOfUnlabelled(name, from: shelf),
                    let digests = try? DatasetRegistry.find(name)?
                        .imageDigests(below: root, of: division.trained)
                else { return [] }
                return Array(digests.values)
            })
    }
}
