import Foundation
public import Imaging
import TensorCore

/// Draws chest X-rays of patients that never were, with exact masks of lungs, heart and clavicles.
///
/// An image depends on the seed, its index and its class alone; anatomy, pose, exposure and
/// findings vary from one to the next.
public enum PhantomGenerator {
    /// One drawn radiograph.
    public struct Radiograph: Sendable {
        /// The image.
        public let image: GrayImage
        /// The lung on the left of the image: `height * width` of 0 or 1.
        public let leftLung: [UInt8]
        /// The lung on the right of the image.
        public let rightLung: [UInt8]
        /// The heart.
        public let heart: [UInt8]
        /// The clavicles on the left and on the right of the image; they overlap the lungs.
        public let clavicles: (left: [UInt8], right: [UInt8])

        /// Both lungs.
        public var lungs: [UInt8] { zip(leftLung, rightLung).map { $0 | $1 } }
    }

    /// Draws image `index` of a layout. `maximum` is the value of white.
    public static func radiograph(
        _ index: Int, seed: UInt64, layout: PhantomLayout, width: Int, height: Int,
        maximum: UInt16 = 255
    ) -> Radiograph {
        var random = RandomSource(seed: seed, stream: "phantom-\(index)")
        let anatomy = PhantomAnatomy(using: &random)
        let pose = PhantomPose(using: &random)
        let classIndex = PhantomFinding.classIndex(of: index, in: layout)
        let finding = PhantomFinding.classes(of: layout)[classIndex].finding
        let grid = min(max(max(width, height) * 3 / 2, 96), 1024)
        var composer = PhantomComposer(anatomy, finding: finding, side: grid)
        let density = composer.compose(using: &random)
        let film = PhantomFilm(using: &random)
        let image = film.expose(
            density, pose: pose, width: width, height: height, maximum: maximum, using: &random)
        func mask(_ outline: Outline) -> [UInt8] {
            pose.apply(to: outline).mask(width: width, height: height)
        }
        return Radiograph(
            image: image, leftLung: mask(anatomy.leftLung), rightLung: mask(anatomy.rightLung),
            heart: mask(PhantomHeart(size: anatomy.heart).outline),
            clavicles: (mask(composer.clavicles[0]), mask(composer.clavicles[1])))
    }
}

/// How the patient stands before the film: a rotation, a scale and a shift.
struct PhantomPose: Sendable {
    private let angle: Double
    private let scale: Double
    private let shift: Point

    init(using random: inout RandomSource) {
        angle = random.normal() * 0.022
        scale = random.uniform(0.84...1.06)
        shift = Point(random.uniform(-0.02...0.02), random.uniform(-0.045...0.01))
    }

    /// From the patient to the image.
    func apply(to point: Point) -> Point {
        let (x, y) = ((point.x - 0.5) * scale, (point.y - 0.5) * scale)
        return Point(
            0.5 + shift.x + x * cos(angle) - y * sin(angle),
            0.5 + shift.y + x * sin(angle) + y * cos(angle))
    }

    /// From the patient to the image.
    func apply(to outline: Outline) -> Outline {
        Outline(polygon: outline.points.map(apply))
    }

    /// From the image to the patient: where the pixel row at `y` starts, and its step in x.
    func row(y: Double) -> (start: Point, step: Point) {
        let (u, v) = (-0.5 - shift.x, y - 0.5 - shift.y)
        let (c, s) = (cos(angle) / scale, sin(angle) / scale)
        return (Point(0.5 + u * c + v * s, 0.5 - u * s + v * c), Point(c, -s))
    }
}
