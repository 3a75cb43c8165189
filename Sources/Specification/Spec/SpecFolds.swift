import Settings
import Training

/// Makes `fold` an axis where a file gives the number of `folds`: a run for each of them.
struct SpecFolds {
    let reader: SpecReader

    /// The axes with that of the folds.
    ///
    /// - Throws: `SpecError.badValue` for a fold that there is not, and for folds that cannot be.
    func axes() throws -> [String: SpecReader.Axis] {
        var axes = reader.axes
        let folds = try values(of: "folds"), fold = try values(of: "fold")
        let isFoldSearched = reader.search?.spec.space.range(of: "fold") != nil
        let isSearched = reader.search?.spec.space.range(of: "folds") != nil
        guard let first = folds.first(where: { $0.text != "none" }) else {
            if !isSearched, let wrong = fold.first(where: { $0.text != "none" }) {
                throw bad("fold", wrong, "'folds' beside it, which says how many there are")
            }
            return axes
        }
        let known = try names(of: folds)
        for value in fold where !known.contains(value.text) {
            throw bad("fold", value, expectation(of: folds, known))
        }
        guard fold.isEmpty, !isFoldSearched else { return axes }
        guard reader.search == nil else {
            throw bad("folds", first, "a 'fold' beside it: a trial of a search is one run")
        }
        axes["fold"] = SpecReader.Axis(
            values: known.map { Written(text: $0, at: first.at) }, at: first.at)
        return axes
    }

    private func values(of key: String) throws -> [Written] {
        try reader.axes[key].map { try reader.canonical($0.values, of: key) } ?? []
    }

    private func bad(_ key: String, _ written: Written, _ expected: String) -> SpecError {
        .badValue(key: key, found: written.text, expected: expected, at: written.at)
    }

    /// The folds that there are: those of the largest number, then the sites.
    private func names(of folds: [Written]) throws -> [String] {
        let most = folds.compactMap { NumberText.wholeNumber($0.text) }.max() ?? 0
        let numbers = most < 1 ? [] : (1...most).map(String.init)
        guard let sites = folds.first(where: { $0.text == "sites" }) else { return numbers }
        return numbers + (try siteNames(sites))
    }

    private func siteNames(_ written: Written) throws -> [String] {
        let known = reader.vocabulary.sites
        var names: [String] = []
        for dataset in reader.axes["dataset"]?.values ?? [] {
            guard let sites = known[dataset.text], !sites.isEmpty else {
                let others = reader.vocabulary.datasets.filter { known[$0]?.isEmpty == false }
                throw bad(
                    "folds", written,
                    "a number for data set '\(dataset.text)', which does not tell sites apart"
                        + (others.isEmpty ? "" : "; these do: \(others.joined(separator: ", "))"))
            }
            names += sites.filter { !names.contains($0) }
        }
        return names
    }

    private func expectation(of folds: [Written], _ known: [String]) -> String {
        let numbers = known.compactMap { NumberText.wholeNumber($0) }
        let sites = known.filter { NumberText.wholeNumber($0) == nil }
        let ofNumbers = numbers.max().map {
            ["a whole number from 1 to \($0), the number of folds"]
        }
        let ofSites = sites.isEmpty ? [] : ["one of the sites \(sites.joined(separator: ", "))"]
        return ((ofNumbers ?? []) + ofSites).joined(separator: ", or ")
    }
}

extension Cell {
    /// Whether there is the cell's fold: the smaller of two numbers of folds has fewer, and each
    /// data set has its own sites.
    func hasFold(sites: [String: [String]]) -> Bool {
        let common = settings[CommonSettings.self]
        return switch (common.folds, common.fold) {
        case (CommonSettings.noFolds, _): true
        case (.word, .word(let site)): sites[dataset]?.contains(site) ?? false
        case (.number(let count), .number(let number)): number <= count
        default: false
        }
    }
}
