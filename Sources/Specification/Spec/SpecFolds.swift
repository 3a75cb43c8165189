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
        if let search = reader.search {
            try check(search)
            return axes
        }
        let folds = try values(of: "folds"), fold = try values(of: "fold")
        guard let first = folds.first(where: { $0.text != Self.none }) else {
            if let wrong = fold.first(where: { $0.text != Self.none }) {
                throw bad("fold", wrong, Self.missingFolds)
            }
            return axes
        }
        let known = try names(of: folds)
        for value in fold where !known.contains(value.text) {
            throw bad("fold", value, expectation(of: folds, known))
        }
        guard fold.isEmpty else { return axes }
        guard !reader.isOfOneCell else {
            throw bad("folds", first, "a 'fold' beside it: 'train' trains one cell")
        }
        axes["fold"] = SpecReader.Axis(
            values: known.map { Written(text: $0, at: first.at) }, at: first.at)
        return axes
    }

    private static let none = "none"
    private static let missingFolds = "'folds' beside it, which says how many there are"

    // MARK: Trials

    /// Every trial of a search is one run: of a fold that there is, or without folds.
    private func check(_ search: SearchReader.Result) throws {
        let folds = try candidates(for: "folds", of: search)
        let fold = try candidates(for: "fold", of: search)
        for some in folds {
            let known = some.text == Self.none ? [] : try names(of: [some])
            for one in fold where !isExcluded(folds: some, fold: one) {
                switch (some.text, one.text) {
                case (Self.none, Self.none): break
                case (Self.none, _): throw bad("fold", one, Self.missingFolds)
                case (_, Self.none):
                    throw bad("folds", some, "a 'fold' beside it: a trial of a search is one run")
                default:
                    guard known.contains(one.text) else {
                        throw bad("fold", one, expectation(of: [some], known))
                    }
                }
            }
        }
    }

    /// What trials may have for a key: what its range holds, or its value.
    private func candidates(for key: String, of search: SearchReader.Result) throws -> [Written] {
        guard let range = search.spec.space.range(of: key) else {
            let given = try values(of: key)
            return given.isEmpty ? [Written(text: Self.none, at: search.at)] : given
        }
        let texts: [String] =
            if case .integer(let numbers) = range { numbers.map(String.init) } else {
                range.names ?? []
            }
        return texts.map { Written(text: $0, at: search.at) }
    }

    /// Whether an exclusion drops every trial with both.
    private func isExcluded(folds: Written, fold: Written) -> Bool {
        reader.exclusions.contains { exclusion in
            exclusion.allSatisfy { key, values in
                switch key {
                case "folds": values.contains { $0.text == folds.text }
                case "fold": values.contains { $0.text == fold.text }
                default: false
                }
            }
        }
    }

    // MARK: Names

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
        let searched = reader.search?.spec.space.range(of: "dataset")?.names
        let datasets = searched ?? reader.axes["dataset"]?.values.map(\.text) ?? []
        for dataset in datasets {
            guard let sites = known[dataset], !sites.isEmpty else {
                let others = reader.vocabulary.datasets.filter { known[$0]?.isEmpty == false }
                throw bad(
                    "folds", written,
                    "a number for data set '\(dataset)', which does not tell sites apart"
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
