extension Tape {
    /// Rows below and columns to the right of an image until both sides are multiples of `step`, which
    /// repeat the last row and column: what a network that halves its maps can take.
    ///
    /// - Parameter input: `[N, H, W, C]`.
    /// - Returns: `[N, H', W', C]`; `input` itself where both sides are multiples and nothing is traced.
    public func padded(_ input: Variable, toMultiplesOf step: Int) -> Variable {
        let from = input.shape
        let to = Shape(
            from.batch, (from.height + step - 1) / step * step,
            (from.width + step - 1) / step * step, from.channels)
        guard to != from || isTracing else { return input }
        let context = context
        let x = input.value
        let y = Tensor(uninitialised: to, in: context)
        let channels = from.channels
        context.runPieces(to.batch * to.height) { piece in
            let (image, row) = (piece / to.height, piece % to.height)
            let source =
                x.pointer + (image * from.height + min(row, from.height - 1)) * from.width
                * channels
            let target = y.pointer + piece * to.width * channels
            target.update(from: source, count: from.width * channels)
            for column in from.width..<to.width {
                (target + column * channels).update(
                    from: source + (from.width - 1) * channels, count: channels)
            }
        }
        let result = result(y, of: [input], by: .padding(multiple: step))
        record(result) { dy in
            let (gradient, accumulate) = input.gradientSlot()
            if !accumulate { gradient.fill(0) }
            // A piece a row of the input: what repeats the last row is that row's.
            context.runPieces(from.batch * from.height) { piece in
                let (image, row) = (piece / from.height, piece % from.height)
                let sum = gradient.pointer + piece * from.width * channels
                let last = row == from.height - 1 ? to.height : row + 1
                for own in row..<last {
                    let slopes = dy.pointer + (image * to.height + own) * to.width * channels
                    for column in 0..<to.width {
                        let place = min(column, from.width - 1) * channels
                        for c in 0..<channels { sum[place + c] += slopes[column * channels + c] }
                    }
                }
            }
        }
        return result
    }

    /// The part of a map that is of `image` itself and not of what `padded` put around it. What is cut
    /// off gets no gradient.
    ///
    /// - Parameters:
    ///   - input: `[N, H', W', C]`, a map of the padded image, or one that is `stride` times smaller.
    ///   - image: the image before it was padded, `[N, H, W, …]`.
    /// - Returns: `[N, ceil(H / stride), ceil(W / stride), C]`: the pixels at the multiples of `stride`.
    ///   `input` itself where nothing is cut off and nothing is traced.
    public func cropped(_ input: Variable, to image: Variable, reducedBy stride: Int = 1)
        -> Variable
    {
        let from = input.shape
        let to = Shape(
            from.batch, (image.shape.height + stride - 1) / stride,
            (image.shape.width + stride - 1) / stride, from.channels)
        precondition(
            to.height <= from.height && to.width <= from.width, "cannot crop \(from) to \(to)")
        guard to != from || isTracing else { return input }
        let context = context
        let x = input.value
        let y = Tensor(uninitialised: to, in: context)
        let length = to.width * to.channels
        func place(_ row: Int) -> Int {
            (row / to.height * from.height + row % to.height) * from.width * from.channels
        }
        for row in 0..<to.batch * to.height {
            (y.pointer + row * length).update(from: x.pointer + place(row), count: length)
        }
        let result = result(y, of: [input, image], by: .cropping(stride: stride))
        record(result) { dy in
            let (gradient, accumulate) = input.gradientSlot()
            if !accumulate { gradient.fill(0) }
            for row in 0..<to.batch * to.height {
                let (sum, slopes) = (gradient.pointer + place(row), dy.pointer + row * length)
                for index in 0..<length { sum[index] += slopes[index] }
            }
        }
        return result
    }
}
