package import Assembly
import Datasets
import Domain
import Specification

extension StoredRun {
    /// Which images of another data set its training has seen without labels, and which are left to
    /// test it, by their names; nil where the data set does not lie at hand as it was.
    package func divisionOfUnlabelled(
        _ name: String, from shelf: DatasetShelf
    ) -> (trained: Set<String>, tested: Set<String>)? {
        guard let index = cell.unlabelledDatasets.firstIndex(of: name),
            let dataset = try? shelf.unlabelled(for: cell)[index],
            dataset.fingerprint == data.unlabelled[name],
            let split = try? cell.splitOfUnlabelled(dataset)
        else { return nil }
        func names(_ indices: [Int]) -> Set<String> { Set(indices.map { dataset.examples[$0].id }) }
        return (names(split.train), names(split.test))
    }
}
