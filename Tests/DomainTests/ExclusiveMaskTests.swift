import Domain
import Testing

/// What maps of probabilities say that each pixel shows.
struct ExclusiveMaskTests {
    @Test func independentMapsAreThresholdedEach() {
        let maps: [[Float]] = [[0.5, 0.4, .nan, 1], [0.6, 0.49, 0.5, 1]]
        #expect(
            BinaryMask.foreground(maps, areExclusive: false) == maps.map(BinaryMask.foreground))
        #expect(BinaryMask.foreground([], areExclusive: true).isEmpty)
    }

    @Test func theMostProbableIsShownAndPerhapsNothing() {
        // Structures 0.4 and 0.25, background 0.35; equal ones; background more; one alone; NaN.
        let maps: [[Float]] = [[0.4, 0.4, 0.3, 0, .nan], [0.25, 0.4, 0.2, 0.75, 0.1]]
        #expect(
            BinaryMask.foreground(maps, areExclusive: true) == [[1, 1, 0, 0, 0], [0, 0, 0, 1, 0]])
        // One map: from one half, as ever.
        let one: [Float] = [0, 0.25, 0.49, 0.5, 0.75, 1, .nan]
        #expect(
            BinaryMask.foreground([one], areExclusive: true) == [BinaryMask.foreground(one)])
    }
}
