#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A seeded source of random numbers whose sequence never changes between releases.
///
/// xoshiro256** (Blackman and Vigna, 2018), seeded through SplitMix64. Every algorithm that draws
/// from it (ranges, shuffles, normal variates) is written out here and not borrowed from the
/// standard library, because a recorded run must stay repeatable with a later compiler. It is a
/// value: pass it `inout`, and store it in a checkpoint to continue bit for bit.
public struct RandomSource: RandomNumberGenerator, Sendable, Codable, Equatable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    /// A source that depends on `seed` alone.
    public init(seed: UInt64) {
        var mixer = seed
        s0 = RandomSource.splitMix(&mixer)
        s1 = RandomSource.splitMix(&mixer)
        s2 = RandomSource.splitMix(&mixer)
        s3 = RandomSource.splitMix(&mixer)
    }

    /// One of many independent sources of the same seed, told apart by the name of its use
    /// ("init", "shuffle", "dropout", …).
    public init(seed: UInt64, stream: String) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a
        for byte in stream.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        var mixer = seed
        let mixed = RandomSource.splitMix(&mixer)
        self.init(seed: mixed ^ hash)
    }

    private static func splitMix(_ x: inout UInt64) -> UInt64 {
        x &+= 0x9e37_79b9_7f4a_7c15
        var z = x
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
        let result = rotate(s1 &* 5, 7) &* 9
        let t = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= t
        s3 = rotate(s3, 45)
        return result
    }

    /// A number in `0 ..< 1` with 53 random bits.
    public mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A number in `range`, uniformly distributed.
    public mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    /// A whole number in `0 ..< bound`, without bias. `bound` must be positive.
    public mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "integer(below:) needs a positive bound, got \(bound)")
        let width = UInt64(bound)
        let limit = UInt64.max - UInt64.max % width
        while true {
            let bits = next()
            if bits < limit { return Int(bits % width) }
        }
    }

    /// A standard normal variate (Box-Muller; the second of the pair is not kept, so that the
    /// state stays four words).
    public mutating func normal() -> Double {
        let radius = 1 - uniform()
        return (-2 * log(radius)).squareRoot() * cos(2 * Double.pi * uniform())
    }

    /// Puts `elements` into a random order (Fisher-Yates).
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        guard elements.count > 1 else { return }
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, integer(below: last + 1))
        }
    }
}
