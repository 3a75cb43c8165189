internal import Foundation

extension Tape {
    /// Logits to the probabilities of K structures of which a pixel shows one at most:
    ///
    ///     y_k = exp(x_k) / (1 + sum_j exp(x_j))
    ///
    /// A softmax over K + 1 channels, of which the background's logit is 0: adding a number to all
    /// logits changes no softmax, so nothing is lost. What is missing from 1 is the background's.
    /// With K = 1 it is the logistic function.
    ///
    /// - Parameter input: `[N, H, W, K]`.
    /// - Returns: `[N, H, W, K]`.
    public func softmaxWithBackground(_ input: Variable) -> Variable {
        let x = input.value
        let y = Tensor(uninitialised: x.shape, in: context)
        let channels = x.shape.channels
        for start in stride(from: 0, to: x.count, by: channels) {
            let (logits, results) = (x.pointer + start, y.pointer + start)
            // From the largest of all logits, the background's 0 too: no power overflows.
            var largest: Float = 0
            for k in 0..<channels { largest = max(largest, logits[k]) }
            var sum = exp(-largest)
            for k in 0..<channels {
                results[k] = exp(logits[k] - largest)
                sum += results[k]
            }
            for k in 0..<channels { results[k] /= sum }
        }
        let result = result(y, of: [input], by: .softmaxWithBackground)
        record(result) { dy in
            // dx_k = y_k (dy_k - sum_j y_j dy_j)
            let (gradient, accumulate) = input.gradientSlot()
            for start in stride(from: 0, to: y.count, by: channels) {
                let (results, slopes) = (y.pointer + start, dy.pointer + start)
                var mean: Float = 0
                for k in 0..<channels { mean += results[k] * slopes[k] }
                for k in 0..<channels {
                    let slope = results[k] * (slopes[k] - mean)
                    gradient.pointer[start + k] =
                        accumulate ? gradient.pointer[start + k] + slope : slope
                }
            }
        }
        return result
    }
}
