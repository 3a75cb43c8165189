import RunStore
import Testing

@testable import Inference

/// What left and right are in a mirrored image.
@Suite struct MirrorPairsTests {
    @Test(arguments: [
        (["mask"], [0]), ([], []),
        (["left lung", "right lung", "heart"], [1, 0, 2]),
        (["heart", "Right clavicle", "left clavicle"], [0, 2, 1]),
        (["lung_left", "bright spot", "lung_right"], [2, 1, 0]),
        (["LEFT", "right"], [1, 0]),
    ])
    func sidesChangePlaces(_ names: [String], _ partners: [Int]) throws {
        #expect(try MirrorPairs(names).partners == partners)
    }

    @Test func aSideWithoutTheOtherIsRefused() {
        #expect(
            throws: PredictionError.unmirrored(name: "left lung", partner: "right lung")
        ) { try MirrorPairs(["left lung", "heart", "right clavicle", "left clavicle"]) }
        #expect(
            PredictionError.unmirrored(name: "left lung", partner: "right lung").description
                == "in a mirrored image 'left lung' is 'right lung', which the runs do not have; "
                + "leave out --mirror")
    }

    @Test func rowsAreReadFromTheRight() {
        let image: [Float] = [1, 2, 3, 4, 5, 6]
        #expect(image.mirrored(width: 3) == [3, 2, 1, 6, 5, 4])
        #expect(image.mirrored(width: 3, channels: 2) == [5, 6, 3, 4, 1, 2])
        #expect(image.mirrored(width: 2).mirrored(width: 2) == image)
    }
}
