public import Domain
internal import Statistics

/// How far the probabilities of pixels around drawn outlines can be believed.
///
/// Most pixels of a mask are certain and right, and would hide what happens at its edge: only those
/// count whose centre is at most `band` pixels from the target's boundary. The pixels of all images
/// are taken together.
public struct BoundaryCalibration: Sendable {
    /// Widest distance from the target's boundary, in pixels.
    public static let band = 3

    private var reliability = Reliability()
    private var squares = 0.0

    /// No pixels yet.
    public init() {}

    /// Adds the pixels of one structure of one image: its target, and the probability of foreground
    /// of each pixel in row order.
    public mutating func add(target: BinaryMask, probabilities: [Float]) {
        precondition(probabilities.count == target.pixels.count)
        guard !target.isEmpty else { return }
        let distances = DistanceTransform.squared(
            SurfaceDistances.boundary(target), height: target.height, width: target.width)
        for (index, distance) in distances.enumerated() where Int(distance) <= Self.band * Self.band
        {
            let probability = Double(probabilities[index])
            guard !probability.isNaN else { continue }
            let isForeground = target.pixels[index] == 1
            reliability.add(probability, hit: isForeground)
            let error = probability - (isForeground ? 1 : 0)
            squares += error * error
        }
    }

    /// `boundary-ece`, the expected calibration error in ten bins, and `boundary-brier`, the mean
    /// squared error; empty without pixels.
    public var values: [String: Double] {
        guard let error = reliability.expectedError else { return [:] }
        return ["boundary-ece": error, "boundary-brier": squares / Double(reliability.count)]
    }
}
