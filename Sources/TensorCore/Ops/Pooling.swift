internal import CKernels

extension Tape {
    /// The maximum of every 2×2 window, stride 2. An odd last row or column is left out.
    ///
    /// - Parameter input: `[N, H, W, C]`.
    /// - Returns: `[N, H / 2, W / 2, C]`.
    public func maxPool2(_ input: Variable) -> Variable {
        let context = context
        let shape = input.shape
        let y = Tensor(uninitialised: shape.halved, in: context)
        // One byte an output: which of the four was the largest.
        let index = Tensor(uninitialised: Shape((y.count + 3) / 4), in: context)
        func bytes() -> UnsafeMutablePointer<UInt8> {
            UnsafeMutableRawPointer(index.pointer).assumingMemoryBound(to: UInt8.self)
        }
        let (n, h, w) = (Int32(shape.batch), Int32(shape.height), Int32(shape.width))
        withExtendedLifetime(input) {
            context.elementwise.max_pool2(context.pool, y.pointer, bytes(), input.source, n, h, w)
        }
        let result = result(y, of: [input], by: .maxPool2)
        record(result) { dy in
            let (gradient, accumulate) = input.gradientSlot()
            context.elementwise.max_pool2_backward(
                context.pool, gradient.pointer, dy.pointer, bytes(), accumulate ? 1 : 0, n, h, w,
                Int32(shape.channels))
        }
        return result
    }

    /// The mean of every 2×2 window, stride 2. An odd last row or column is left out.
    ///
    /// - Parameter input: `[N, H, W, C]`.
    /// - Returns: `[N, H / 2, W / 2, C]`.
    public func averagePool2(_ input: Variable) -> Variable {
        let context = context
        let shape = input.shape
        let y = Tensor(uninitialised: shape.halved, in: context)
        let (n, h, w) = (Int32(shape.batch), Int32(shape.height), Int32(shape.width))
        withExtendedLifetime(input) {
            context.elementwise.average_pool2(context.pool, y.pointer, input.source, n, h, w)
        }
        let result = result(y, of: [input], by: .averagePool2)
        record(result) { dy in
            let (gradient, accumulate) = input.gradientSlot()
            context.elementwise.average_pool2_backward(
                context.pool, gradient.pointer, dy.pointer, accumulate ? 1 : 0, n, h, w,
                Int32(shape.channels))
        }
        return result
    }

    /// The mean over the pixels of each image.
    ///
    /// - Parameter input: `[N, H, W, C]`.
    /// - Returns: `[N, C]`.
    public func globalAveragePool(_ input: Variable) -> Variable {
        let context = context
        let shape = input.shape
        let pixels = shape.height * shape.width
        let (n, c) = (Int32(shape.batch), Int32(shape.channels))
        let y = Tensor(uninitialised: Shape(shape.batch, shape.channels), in: context)
        context.elementwise.global_average(
            context.pool, y.pointer, input.value.pointer, n, pixels, c)
        let result = result(y, of: [input], by: .globalAveragePool)
        record(result) { dy in
            let (gradient, accumulate) = input.gradientSlot()
            context.elementwise.global_average_backward(
                context.pool, gradient.pointer, dy.pointer, accumulate ? 1 : 0, n, pixels, c)
        }
        return result
    }

    /// Twice as high and wide by bilinear interpolation between pixel centres
    /// (`align_corners = false`; the edge repeats).
    ///
    /// - Parameter input: `[N, H, W, C]`.
    /// - Returns: `[N, 2H, 2W, C]`.
    public func bilinear2(_ input: Variable) -> Variable {
        let context = context
        let shape = input.shape
        let (n, h, w) = (Int32(shape.batch), Int32(shape.height), Int32(shape.width))
        let c = Int32(shape.channels)
        let y = Tensor(
            uninitialised: Shape(shape.batch, 2 * shape.height, 2 * shape.width, shape.channels),
            in: context)
        context.elementwise.bilinear2(context.pool, y.pointer, input.value.pointer, n, h, w, c)
        let result = result(y, of: [input], by: .bilinear2)
        record(result) { dy in
            let (gradient, accumulate) = input.gradientSlot()
            context.elementwise.bilinear2_backward(
                context.pool, gradient.pointer, dy.pointer, accumulate ? 1 : 0, n, h, w, c)
        }
        return result
    }
}

extension Shape {
    /// The shape of a map after 2×2 pooling.
    fileprivate var halved: Shape { Shape(batch, height / 2, width / 2, channels) }
}
