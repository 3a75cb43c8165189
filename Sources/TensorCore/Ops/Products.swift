extension Tensor {
    /// Each element times the same one of a tensor of the same shape.
    public func multiplied(by factor: Tensor, in context: ComputeContext) -> Tensor {
        combined(with: factor, in: context, *)
    }

    /// A function of each element and the same one of a tensor of the same shape.
    func combined(
        with other: Tensor, in context: ComputeContext, _ function: (Float, Float) -> Float
    ) -> Tensor {
        precondition(shape == other.shape, "cannot combine \(shape) and \(other.shape)")
        let result = Tensor(uninitialised: shape, in: context)
        for i in 0..<count { result.pointer[i] = function(pointer[i], other.pointer[i]) }
        return result
    }
}

extension Tape {
    /// Each element times the same one of a constant, such as a mask of what counts: where it is 0,
    /// the result is 0 and no gradient passes.
    public func product(_ input: Variable, _ factor: Tensor) -> Variable {
        let result = result(
            input.value.multiplied(by: factor, in: context), of: [input], by: .product(factor))
        record(result) { dy in
            let (gradient, accumulate) = input.gradientSlot()
            for i in 0..<dy.count {
                let slope = dy.pointer[i] * factor.pointer[i]
                gradient.pointer[i] = accumulate ? gradient.pointer[i] + slope : slope
            }
        }
        return result
    }

    /// The map where `inside` is 1, and 0 elsewhere; nil is everywhere, and then it is the map itself.
    public func hidden(_ input: Variable, outside inside: Tensor?) -> Variable {
        inside.map { product(input, $0) } ?? input
    }

    /// Images seen through each of their masks: channel `k * C + c` is image channel c times mask k.
    ///
    /// - Parameters:
    ///   - input: the images `[N, H, W, C]`, which no gradient passes to.
    ///   - masks: `[N, H, W, K]`, each in 0 ... 1.
    /// - Returns: `[N, H, W, K * C]`.
    public func masked(_ input: Variable, by masks: Variable) -> Variable {
        precondition(!input.requiresGradient, "masked images that need a gradient")
        let images = input.value
        let m = masks.value
        let (channels, maps) = (images.shape.channels, m.shape.channels)
        let (height, width) = (m.shape.height, m.shape.width)
        precondition(
            images.shape.rows == m.shape.rows && images.shape.height == height
                && images.shape.width == width, "masks \(m.shape) of images \(images.shape)")
        let y = Tensor(
            uninitialised: Shape(m.shape.batch, height, width, maps * channels), in: context)
        for row in 0..<m.shape.rows {
            let (image, mask) = (images.pointer + row * channels, m.pointer + row * maps)
            let out = y.pointer + row * maps * channels
            for k in 0..<maps {
                for c in 0..<channels { out[k * channels + c] = mask[k] * image[c] }
            }
        }
        let result = result(y, of: [input, masks], by: .masked)
        record(result) { dy in
            let (gradient, accumulate) = masks.gradientSlot()
            for row in 0..<images.shape.rows {
                let image = images.pointer + row * channels
                let slopes = dy.pointer + row * maps * channels
                for k in 0..<maps {
                    var sum: Float = 0
                    for c in 0..<channels { sum += slopes[k * channels + c] * image[c] }
                    let place = row * maps + k
                    gradient.pointer[place] = accumulate ? gradient.pointer[place] + sum : sum
                }
            }
        }
        return result
    }
}
