import Domain
import Hashing
import Imaging

extension DatasetEntry {
    /// Drawn chest X-rays, made in memory: for demonstrations and tests without any file.
    static let phantom = DatasetEntry(
        "phantom", title: "Drawn chest X-rays", citation: "Lightbox", licence: "Apache-2.0",
        layout: "none: drawn from the options count, size and seed",
        masks: .lungs(publishedPositive: .foreground, apart: false), make: makePhantoms,
        identify: phantomFingerprint)
}

/// Drawing is a function of the options; the number changes when the drawing does.
@Sendable private func phantomFingerprint(
    _ options: LoadOptions
) throws(DatasetError) -> String {
    let phantom = options.phantom
    try PhantomWriter.check(phantom, layout: .mcx)
    return SHA256.hex(
        of: "phantom 1 count \(phantom.count) size \(phantom.size) seed \(phantom.seed)")
}

@Sendable private func makePhantoms(_ options: LoadOptions) throws(DatasetError) -> Dataset {
    let phantom = options.phantom
    try PhantomWriter.check(phantom, layout: .mcx)
    let preparation = options.preparation
    let counter = SharedCounter()
    let drawn = parallelMap(phantom.count) { index in
        let (width, height) = PhantomWriter.size(of: index, phantom.size, layout: .mcx)
        let radiograph = PhantomGenerator.radiograph(
            index, seed: phantom.seed, layout: .mcx, width: width, height: height)
        let placement = preparation.placement(width: width, height: height)
        let full = GrayImage(
            width: width, height: height, maximum: 1, pixels: radiograph.lungs.map(UInt16.init))
        let mask = AreaAverage.reduce(
            full, width: placement.scaled.width, height: placement.scaled.height)
        options.progress?(counter.advance(), phantom.count)
        return (
            image: preparation([radiograph.image]),
            mask: preparation.prepared(BinaryMask.foreground(mask), placement), width: width,
            height: height
        )
    }
    let examples = drawn.enumerated().map { index, image in
        let classIndex = PhantomFinding.classIndex(of: index, in: .mcx)
        return Example(
            id: PhantomWriter.id(of: index, layout: .mcx), hasMask: true, classIndex: classIndex,
            patient: String(PhantomWriter.id(of: index, layout: .mcx).dropLast(2)),
            originalWidth: image.width, originalHeight: image.height)
    }
    return Dataset(
        name: "phantom", shape: preparation.shape, resize: preparation.resize,
        structures: DatasetEntry.phantom.masks.names, examples: examples,
        classNames: PhantomFinding.classes(of: .mcx).map(\.name),
        fingerprint: try phantomFingerprint(options),
        images: drawn.flatMap(\.image), masks: drawn.flatMap(\.mask), origin: .phantom)
}
