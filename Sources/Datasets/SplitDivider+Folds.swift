import Domain
import TensorCore

/// Division into folds, each of which is tested once.
extension SplitDivider {
    /// The parts of one fold: the fold is tested, a tenth of the rest validates.
    ///
    /// All folds are drawn first, from the same chance, so that every network that shares the seed
    /// has the same ones.
    mutating func parts(of fold: Fold, _ indices: [Int]) -> Parts {
        let test = tested(in: fold, of: indices)
        let tested = Set(test)
        let rest = indices.filter { !tested.contains($0) }
        let count = Int((Double(rest.count) * 0.1).rounded(.up))
        let before = random
        var (validation, train) = take(count, of: rest)
        if validation.isEmpty || train.isEmpty {
            random = before
            (validation, train) = takeFitting(count, of: rest, leaving: 1)
        }
        return Parts(train: train, validation: validation, test: test)
    }

    private mutating func tested(in fold: Fold, of indices: [Int]) -> [Int] {
        switch fold {
        case .number(let number, let count): folds(count, of: indices)[number - 1]
        case .site(let name): indices.filter { examples[$0].site == name }
        }
    }

    /// Divides `indices` into folds of about one size with about as many images of each class; a
    /// patient is in one of them.
    ///
    /// Patients go, those with many images first, to the fold with the fewest images of their class;
    /// among equals to the one with the fewest images. Where every patient has one image, folds
    /// differ by one at most, in each class and in all.
    mutating func folds(_ count: Int, of indices: [Int]) -> [[Int]] {
        var folds = [[Int]](repeating: [], count: count)
        for stratum in stratumKeys(indices) {
            var open = groups(of: indices.filter { key($0) == stratum })
            random.shuffle(&open)
            let order = open.indices.sorted {
                (-open[$0].count, $0) < (-open[$1].count, $1)
            }
            var filled = [Int](repeating: 0, count: count)
            for group in order.map({ open[$0] }) {
                let place = folds.indices.min {
                    (filled[$0], folds[$0].count, $0) < (filled[$1], folds[$1].count, $1)
                }
                guard let place else { continue }
                folds[place] += group
                filled[place] += group.count
            }
        }
        return folds.map { $0.sorted() }
    }

    /// Why `indices` cannot be divided so; nil where they can.
    func fault(
        of fold: Fold, _ indices: [Int], classNames: [String], isAssigned: Bool
    ) -> String? {
        if isAssigned {
            return "its table says which image is in which part; expected none with 'folds'"
        }
        return switch fold {
        case .number(let number, let count):
            fault(of: number, of: count, indices, classNames: classNames)
        case .site(let name): fault(ofSite: name, indices)
        }
    }

    private func fault(
        of number: Int, of count: Int, _ indices: [Int], classNames: [String]
    ) -> String? {
        guard count >= 2, (1...count).contains(number) else {
            return "fold is \(number) of \(count), expected one from 1 to the number of folds, "
                + "which is 2 at least"
        }
        let patients = groups(of: indices).count
        // What is left of two folds has to be divided again.
        let fewest = count == 2 ? 4 : count
        guard patients >= fewest else {
            return "its \(indices.count) images with a mask are of \(patients) patients, expected "
                + "at least \(fewest) for \(count) folds"
        }
        for stratum in stratumKeys(indices) where stratum >= 0 {
            let patients = groups(of: indices.filter { key($0) == stratum }).count
            guard patients < count else { continue }
            let name = classNames.indices.contains(stratum) ? classNames[stratum] : "\(stratum)"
            return "its class '\(name)' has \(patients) patient\(patients == 1 ? "" : "s") with a "
                + "mask, expected at least \(count) for \(count) folds, or 'split: paper', which "
                + "draws without regard to class"
        }
        return nil
    }

    private func fault(ofSite name: String, _ indices: [Int]) -> String? {
        let sites = Set(examples.compactMap(\.site)).sorted()
        guard sites.count > 1 else {
            return "fold is site '\(name)', but its images are not of several sites"
        }
        guard sites.contains(name) else {
            return "fold is site '\(name)', expected one of \(sites.joined(separator: ", "))"
        }
        // An image whose place nobody knows could be of the tested one.
        let unknown = examples.count { $0.site == nil }
        guard unknown == 0 else { return "\(unknown) of its images name no site" }
        let several = groups(of: Array(examples.indices)).count { group in
            Set(group.map { examples[$0].site }).count > 1
        }
        guard several == 0 else {
            return "\(several) patient\(several == 1 ? "" : "s") would be tested and trained on: "
                + "their images are of several sites"
        }
        return nil
    }
}
