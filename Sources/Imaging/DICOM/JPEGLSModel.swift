/// What a scan of JPEG-LS knows of the samples before: ISO/IEC 14495-1 annex A.
struct JPEGLSModel {
    let maximum: Int
    let near: Int
    /// How many values an error can have, and the bits of one that is written out.
    let range: Int
    let errorBits: Int
    /// The longest code, in bits.
    let limit: Int
    private let thresholds: (Int, Int, Int)
    private let reset: Int

    /// Sums of error sizes and of errors, corrections and counts, by context; the last two contexts
    /// end runs.
    private var sizes: [Int]
    private var sums = [Int](repeating: 0, count: 367)
    private var corrections = [Int](repeating: 0, count: 367)
    private var counts = [Int](repeating: 1, count: 367)

    /// Nil for parameters that the standard forbids. `presets` are the largest value, three
    /// thresholds and the count at which sums are halved; 0 stands for the usual value.
    init?(precision: Int, near: Int, presets: [Int]?) {
        let given = presets ?? [0, 0, 0, 0, 0]
        let white = given[0] == 0 ? (1 << precision) - 1 : given[0]
        guard 2...16 ~= precision, 1..<1 << precision ~= white, near <= min(255, white / 2) else {
            return nil
        }
        maximum = white
        self.near = near
        range = (white + 2 * near) / (2 * near + 1) + 1
        errorBits = Self.bits(range)
        let bits = max(2, Self.bits(white + 1))
        limit = 2 * (bits + max(8, bits))
        let usual = Self.thresholds(white, near)
        thresholds = (
            given[1] == 0 ? usual.0 : given[1], given[2] == 0 ? usual.1 : given[2],
            given[3] == 0 ? usual.2 : given[3]
        )
        reset = given[4] == 0 ? 64 : given[4]
        guard near + 1 <= thresholds.0, thresholds.0 <= thresholds.1,
            thresholds.1 <= thresholds.2, thresholds.2 <= white, reset >= 3
        else { return nil }
        sizes = [Int](repeating: max(2, (range + 32) / 64), count: 367)
    }

    /// The bits that hold `count` values.
    private static func bits(_ count: Int) -> Int {
        var bits = 0
        while 1 << bits < count { bits += 1 }
        return bits
    }

    private static func thresholds(_ white: Int, _ near: Int) -> (Int, Int, Int) {
        func clamped(_ value: Int, _ least: Int) -> Int {
            value > white || value < least ? least : value
        }
        if white >= 128 {
            let factor = (min(white, 4095) + 128) / 256
            let first = clamped(factor + 2 + 3 * near, near + 1)
            let second = clamped(4 * factor + 3 + 5 * near, first)
            return (first, second, clamped(17 * factor + 4 + 7 * near, second))
        }
        let factor = 256 / (white + 1)
        let first = clamped(max(2, 3 / factor + 3 * near), near + 1)
        let second = clamped(max(3, 7 / factor + 5 * near), first)
        return (first, second, clamped(max(4, 21 / factor + 7 * near), second))
    }

    // MARK: Contexts

    /// A difference of neighbours as one of nine steps.
    private func step(_ difference: Int) -> Int {
        let (small, middle, large) = thresholds
        if difference <= -large { return -4 }
        if difference <= -middle { return -3 }
        if difference <= -small { return -2 }
        if difference < -near { return -1 }
        if difference <= near { return 0 }
        if difference < small { return 1 }
        if difference < middle { return 2 }
        return difference < large ? 3 : 4
    }

    /// The context of a sample, negative where its mirror image counts; 0 where all is flat.
    func context(left: Int, above: Int, corner: Int, next: Int) -> Int {
        81 * step(next - above) + 9 * step(above - corner) + step(corner - left)
    }

    /// The sample of a context, with what `bits` say of its error; nil where the data end.
    mutating func sample(
        _ signed: Int, left: Int, above: Int, corner: Int, _ bits: inout JPEGLSBits
    ) -> Int? {
        let (context, sign) = signed < 0 ? (-signed, -1) : (signed, 1)
        var guess: Int
        if corner >= max(left, above) {
            guess = min(left, above)
        } else if corner <= min(left, above) {
            guess = max(left, above)
        } else {
            guess = left + above - corner
        }
        guess = min(max(guess + sign * corrections[context], 0), maximum)
        let parameter = Self.parameter(counts[context], sizes[context])
        guard let code = bits.code(parameter, limit: limit, errorBits: errorBits) else {
            return nil
        }
        let isMirrored =
            near == 0 && parameter == 0 && 2 * sums[context] <= -counts[context]
        // Even codes are positive errors, odd ones negative; mirrored, it is the other way round.
        let isOdd = code & 1 == 1
        let error = isOdd != isMirrored ? -1 - code >> 1 : code >> 1
        learn(error, in: context)
        return rebuilt(guess, sign * error)
    }

    private mutating func learn(_ error: Int, in context: Int) {
        sums[context] += error * (2 * near + 1)
        sizes[context] += abs(error)
        if counts[context] == reset {
            sizes[context] >>= 1
            sums[context] >>= 1
            counts[context] >>= 1
        }
        counts[context] += 1
        let count = counts[context]
        if sums[context] <= -count {
            sums[context] = max(sums[context] + count, 1 - count)
            corrections[context] = max(corrections[context] - 1, -128)
        } else if sums[context] > 0 {
            sums[context] = min(sums[context] - count, 0)
            corrections[context] = min(corrections[context] + 1, 127)
        }
    }

    /// The sample that ends a run; nil where the data end.
    ///
    /// - Parameter order: how long the code of the run's rest was, in bits.
    mutating func interruption(
        left: Int, above: Int, order: Int, isBySample: Bool, _ bits: inout JPEGLSBits
    ) -> Int? {
        let isFlat = !isBySample && abs(left - above) <= near
        let context = isFlat ? 366 : 365
        let size = sizes[context] + (isFlat ? counts[context] >> 1 : 0)
        let parameter = Self.parameter(counts[context], size)
        guard
            let code = bits.code(parameter, limit: limit - order - 1, errorBits: errorBits)
        else { return nil }
        let doubled = code + (isFlat ? 1 : 0)
        let isOdd = doubled & 1 == 1
        let magnitude = (doubled + 1) >> 1
        // Of these contexts the sums count negative errors.
        let isNegative = (parameter != 0 || 2 * sums[context] >= counts[context]) == isOdd
        let error = isNegative ? -magnitude : magnitude
        if error < 0 { sums[context] += 1 }
        sizes[context] += (code + (isFlat ? 0 : 1)) >> 1
        if counts[context] == reset {
            sizes[context] >>= 1
            counts[context] >>= 1
            sums[context] >>= 1
        }
        counts[context] += 1
        return isFlat ? rebuilt(left, error) : rebuilt(above, left > above ? -error : error)
    }

    private static func parameter(_ count: Int, _ size: Int) -> Int {
        var parameter = 0
        while count << parameter < size { parameter += 1 }
        return parameter
    }

    private func rebuilt(_ guess: Int, _ error: Int) -> Int {
        let width = 2 * near + 1
        var value = guess + error * width
        if value < -near {
            value += range * width
        } else if value > maximum + near {
            value -= range * width
        }
        return min(max(value, 0), maximum)
    }
}
