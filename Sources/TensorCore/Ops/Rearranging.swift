extension Tensor {
    /// Rows of a table of numbers as a batch: row `rows[i]` becomes `shape`'s element i.
    ///
    /// - Parameter table: any number of rows of as many numbers as one element of `shape` has.
    public init(rows: [Int], of table: [Float], shape: Shape, in context: ComputeContext) {
        self.init(uninitialised: shape, in: context)
        let size = Tensor.rowSize(rows, shape)
        table.withUnsafeBufferPointer { table in
            for (place, row) in rows.enumerated() {
                let source = UnsafeBufferPointer(rebasing: table[row * size..<(row + 1) * size])
                guard let base = source.baseAddress else { continue }
                (pointer + place * size).update(from: base, count: size)
            }
        }
    }

    /// The same of whole numbers.
    public init(rows: [Int], of table: [UInt8], shape: Shape, in context: ComputeContext) {
        self.init(uninitialised: shape, in: context)
        let size = Tensor.rowSize(rows, shape)
        table.withUnsafeBufferPointer { table in
            for (place, row) in rows.enumerated() {
                for (offset, value) in table[row * size..<(row + 1) * size].enumerated() {
                    pointer[place * size + offset] = Float(value)
                }
            }
        }
    }

    /// One element of the first extent, overwritten; `values` holds as many numbers as it has.
    public func replaceRow(_ row: Int, with values: [Float]) {
        let size = count / shape[0]
        precondition(row < shape[0] && values.count == size, "\(values.count) values for \(shape)")
        values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            (pointer + row * size).update(from: base, count: size)
        }
    }

    /// One channel of one image of `[N, H, W, C]`, row by row: `height * width` numbers.
    public func map(_ channel: Int, ofImage image: Int) -> [Float] {
        precondition(image < shape.batch && channel < shape.channels, "no such map in \(shape)")
        let pixels = shape.height * shape.width
        let start = pointer + image * pixels * shape.channels + channel
        return (0..<pixels).map { start[$0 * shape.channels] }
    }

    /// Two batches of maps as one, this one first.
    public func joined(with other: Tensor, in context: ComputeContext) -> Tensor {
        if other.count == 0 { return self }
        let tail = Array(shape.dimensions.dropFirst())
        precondition(
            tail == Array(other.shape.dimensions.dropFirst()),
            "cannot put \(shape) and \(other.shape) into one batch")
        let result = Tensor(
            uninitialised: Shape([shape.batch + other.shape.batch] + tail), in: context)
        result.pointer.update(from: pointer, count: count)
        (result.pointer + count).update(from: other.pointer, count: other.count)
        return result
    }

    /// Every `step`th row and column of `[N, H, W, C]`, from the first on: `[N, ceil(H / step),
    /// ceil(W / step), C]`; the tensor itself where `step` is 1.
    public func strided(by step: Int, in context: ComputeContext) -> Tensor {
        if step == 1 { return self }
        let (height, width) = ((shape.height + step - 1) / step, (shape.width + step - 1) / step)
        return rearranged(height: height, width: width, in: context) { _, row, column in
            (row * step, column * step)
        }
    }

    /// Images of other extents whose pixels come from elsewhere in the same image of `[N, H, W, C]`.
    public func rearranged(
        height: Int, width: Int, in context: ComputeContext,
        from source: (_ image: Int, _ row: Int, _ column: Int) -> (row: Int, column: Int)
    ) -> Tensor {
        let channels = shape.channels
        let result = Tensor(
            uninitialised: Shape(shape.batch, height, width, channels), in: context)
        var to = result.pointer
        for image in 0..<shape.batch {
            for row in 0..<height {
                for column in 0..<width {
                    let from = source(image, row, column)
                    precondition(
                        from.row >= 0 && from.row < shape.height && from.column >= 0
                            && from.column < shape.width, "\(from) is outside of \(shape)")
                    let place = (image * shape.height + from.row) * shape.width + from.column
                    to.update(from: pointer + place * channels, count: channels)
                    to += channels
                }
            }
        }
        return result
    }

    private static func rowSize(_ rows: [Int], _ shape: Shape) -> Int {
        precondition(rows.count == shape[0], "\(rows.count) rows for a tensor of shape \(shape)")
        return shape.dimensions.dropFirst().reduce(1, *)
    }
}

extension Tensor {
    /// The numbers as files hold them: 4 bytes each, little endian.
    public var bytes: [UInt8] {
        [UInt8](UnsafeRawBufferPointer(start: pointer, count: 4 * count))
    }

    /// A tensor of numbers as files hold them: `4 * shape.count` bytes.
    public init(bytes: some Collection<UInt8>, shape: Shape, in context: ComputeContext) {
        precondition(bytes.count == 4 * shape.count, "\(bytes.count) bytes for \(shape)")
        self.init(uninitialised: shape, in: context)
        UnsafeMutableRawBufferPointer(start: pointer, count: bytes.count).copyBytes(from: bytes)
    }
}
