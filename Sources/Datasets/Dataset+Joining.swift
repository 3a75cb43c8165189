import Domain

/// Why the images of a data set cannot train without labels beside those of another.
public enum UnlabelledFault: Sendable, Equatable {
    /// It is the run's own data set.
    case own
    /// Images of both show the same: how many, and one of them by its name in either.
    case common(count: Int, image: String, other: String)
    /// Images of one are drawn and those of the other are not.
    case origin

    /// What follows a colon.
    var reason: String {
        switch self {
        case .own:
            "it is the run's own data set; expected another one, or own for the images of it that have "
                + "no labels"
        case .common(let count, let image, let other):
            "\(count == 1 ? "1 image is" : "\(count) images are") in both (such as \(other), there "
                + "\(image)); expected data sets without common images"
        case .origin:
            "the images of one are drawn, those of the other are not; expected images of one origin"
        }
    }
}

extension Dataset {
    /// This data set with the images of others behind its own, in the order of `others`: without
    /// their masks, classes and patients, so that nothing which trains on it can read them.
    ///
    /// - Throws: `DatasetError.unlabelled` where another one is this one, has an image that shows the
    ///   same as one of this or of a third, or is drawn where this is not.
    public func joined(with others: [Dataset]) throws(DatasetError) -> Dataset {
        guard !others.isEmpty else { return self }
        var known: [ArraySlice<Float>: (dataset: String, id: String)] = [:]
        remember(in: &known)
        var (examples, images) = (self.examples, self.images)
        for other in others {
            try other.checkUnlabelled(beside: self, known)
            other.remember(in: &known)
            examples += other.examples.map { $0.withoutLabels(of: other.name) }
            images += other.images
        }
        let missing = (examples.count - self.examples.count) * shape.pixels * structures.count
        return Dataset(
            name: name, shape: shape, resize: resize, structures: structures,
            examples: examples,
            classNames: classNames, fingerprint: fingerprint, images: images,
            masks: masks + [UInt8](repeating: 0, count: missing), findings: findings, twins: twins,
            origin: origin)
    }

    private func checkUnlabelled(
        beside own: Dataset, _ known: [ArraySlice<Float>: (dataset: String, id: String)]
    ) throws(DatasetError) {
        func fault(_ fault: UnlabelledFault, beside name: String) -> DatasetError {
            .unlabelled(other: self.name, dataset: name, fault)
        }
        if name == own.name { throw fault(.own, beside: own.name) }
        if origin != own.origin { throw fault(.origin, beside: own.name) }
        let common = examples.indices.compactMap { index in
            known[image(index)].map { (image: $0, other: examples[index].id) }
        }
        guard let first = common.first else { return }
        let count = common.count { $0.image.dataset == first.image.dataset }
        throw fault(
            .common(count: count, image: first.image.id, other: first.other),
            beside: first.image.dataset)
    }

    /// Notes what the images show; one of a single gray shows nothing.
    private func remember(in known: inout [ArraySlice<Float>: (dataset: String, id: String)]) {
        for (index, example) in examples.enumerated() {
            let image = image(index)
            guard image.contains(where: { $0 != image.first }) else { continue }
            known[image] = (name, example.id)
        }
    }
}

extension DataSplit {
    /// The division of a joined data set: validation, test and labelled images are this one's.
    ///
    /// - Parameters:
    ///   - others: the other data sets in the order in which they are joined, each with its images that
    ///     train, by their indices there.
    ///   - count: how many images this division's own data set has.
    ///   - keepsOwn: whether its unlabelled images train too.
    public func joined(
        with others: [(dataset: Dataset, images: [Int])], behind count: Int, keepsOwn: Bool
    ) -> DataSplit {
        var train = keepsOwn ? self.train : labelled
        var start = count
        for (dataset, images) in others {
            train += images.map { start + $0 }
            start += dataset.examples.count
        }
        return DataSplit(train: train, validation: validation, test: test, labelled: labelled)
    }
}

extension Example {
    /// What may be known of an image that trains without labels.
    fileprivate func withoutLabels(of dataset: String) -> Example {
        Example(
            id: "\(dataset)/\(id)", hasMask: false, imagePath: imagePath,
            originalWidth: originalWidth, originalHeight: originalHeight, spacing: spacing)
    }
}
