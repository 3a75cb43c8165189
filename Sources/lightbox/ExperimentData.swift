import Datasets
import Foundation
import RunStore
import Specification

/// The data folders that files of experiments name (`data:`): verbs over stored runs look there too,
/// where no `--data` says otherwise.
enum ExperimentData {
    /// Where the data sets of `runs` lie: `option`, else the folder that the files of the runs'
    /// experiments agree on, else the usual one. The usual one too where it has all of `datasets`, and
    /// the experiments' has not.
    static func root(
        option: String?, runs: [RunID], datasets: [String] = [], in store: RunStore
    ) throws -> DataRoot {
        let usual = DataRoot(option: option)
        guard option == nil, let folder = try folder(of: runs, in: store) else { return usual }
        let root = DataRoot(option: nil, experiment: folder)
        func hasAll(_ root: DataRoot) -> Bool {
            datasets.allSatisfy { name in
                DatasetRegistry.find(name).map { entry in
                    entry.list == nil || ((try? entry.list?(root)) ?? nil) != nil
                } ?? false
            }
        }
        return !hasAll(root) && hasAll(usual) ? usual : root
    }

    /// The folder that the experiments of these runs agree on; nil where none names one, or where they
    /// name several.
    private static func folder(of runs: [RunID], in store: RunStore) throws -> String? {
        let folders = try store.reportExperiments(of: runs).flatMap { name in
            try store.plannedExperiments(named: name).compactMap {
                $0.dataFolder(Catalogue.vocabulary)
            }
        }
        return Set(folders).count == 1 ? folders.first : nil
    }

    /// Whether the file of any experiment names a data folder that is there.
    static func isAny(in store: RunStore) throws -> Bool {
        try store.plannedExperiments().contains { experiment in
            experiment.dataFolder(Catalogue.vocabulary).map {
                FileManager.default.fileExists(atPath: DataRoot(option: $0).url.path)
            } ?? false
        }
    }
}
