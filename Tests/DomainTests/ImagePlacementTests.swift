import Domain
import Testing

/// Where images of other shapes lie in what networks see.
struct ImagePlacementTests {
    private static let sizes: [ImageSize] = [
        .init(height: 1, width: 1), .init(height: 7, width: 5), .init(height: 128, width: 128),
        .init(height: 4892, width: 4020), .init(height: 3, width: 1000),
        .init(height: 999, width: 2),
        .init(height: 256, width: 192),
    ]
    private static let targets: [ImageSize] = [
        .square(16), .init(height: 33, width: 17), .init(height: 20, width: 64),
    ]

    @Test func placesByHand() {
        let wide = ImageSize(height: 24, width: 32)
        let fit = ImagePlacement(of: wide, in: 16, by: .fit)
        #expect(fit.scaled == ImageSize(height: 12, width: 16) && fit.top == 2 && fit.left == 0)
        #expect(fit.rows == 2..<14 && fit.columns == 0..<16 && fit.isPadded)
        let crop = ImagePlacement(of: wide, in: 16, by: .crop)
        #expect(crop.scaled == ImageSize(height: 16, width: 21) && crop.left == -3)
        #expect(crop.rows == 0..<16 && crop.columns == 0..<16 && !crop.isPadded)
        let tall = ImagePlacement(of: ImageSize(height: 32, width: 24), in: 16, by: .fit)
        #expect(tall.columns == 2..<14 && tall.rows == 0..<16)
    }

    /// Both axes are scaled alike, to a pixel: the larger picture of the two shapes is a whole side.
    @Test(arguments: sizes, targets)
    func theShapeIsKept(_ source: ImageSize, _ target: ImageSize) {
        #expect(
            ImagePlacement(of: source, in: target, by: .stretch).scaled == target)
        for resize in [Resize.fit, .crop] {
            let place = ImagePlacement(of: source, in: target, by: resize)
            let (scaled, visible) = (place.scaled, place.visible)
            #expect(scaled.height == target.height || scaled.width == target.width)
            let scale =
                scaled.height == target.height
                    && (scaled.width == target.width
                        || Double(target.height) * Double(source.width)
                            / Double(source.height) - Double(scaled.width) < 1)
                ? Double(target.height) / Double(source.height)
                : Double(target.width) / Double(source.width)
            #expect(abs(scale * Double(source.height) - Double(scaled.height)) < 1)
            #expect(abs(scale * Double(source.width) - Double(scaled.width)) < 1)
            if resize == .fit {
                #expect(scaled.height <= target.height && scaled.width <= target.width)
                #expect(visible == scaled)
                // In the middle, to a pixel.
                let below = target.height - place.rows.upperBound
                #expect((0...1).contains(below - place.rows.lowerBound))
            } else {
                #expect(scaled.height >= target.height && scaled.width >= target.width)
                #expect(visible == target && !place.isPadded)
            }
        }
    }

    @Test(arguments: sizes, Resize.allCases)
    func whatIsCutComesBack(_ source: ImageSize, _ resize: Resize) {
        for target in Self.targets {
            let place = ImagePlacement(of: source, in: target, by: resize)
            let map = (0..<place.scaled.pixels * 2).map { $0 + 1 }
            let cut = place.cut(scaled: map, channels: 2)
            #expect(cut.count == place.visible.pixels * 2)
            let seen = place.put(cut, channels: 2, padding: -1)
            #expect(seen.count == target.pixels * 2)
            #expect(seen.contains(-1) == place.isPadded)
            #expect(place.cut(seen, channels: 2) == cut)
            let lifted = place.lifted(seen, channels: 2, outside: 0)
            #expect(lifted.count == map.count)
            #expect(zip(lifted, map).allSatisfy { $0 == $1 || $0 == 0 })
            #expect(lifted.count { $0 > 0 } == cut.count)
            if resize == .stretch { #expect(seen == map && lifted == map) }
        }
    }

    @Test(arguments: sizes, Resize.allCases)
    func mirroredPlacesAreThoseOfMirroredMaps(_ source: ImageSize, _ resize: Resize) {
        for target in Self.targets {
            let place = ImagePlacement(of: source, in: target, by: resize)
            let ones = [Int](repeating: 1, count: place.visible.pixels)
            func rows(_ map: [Int]) -> [[Int]] {
                stride(from: 0, to: map.count, by: target.width).map {
                    Array(map[$0..<$0 + target.width])
                }
            }
            let turned = rows(place.put(ones, padding: 0)).flatMap { $0.reversed() }
            #expect(place.mirrored.put(ones, padding: 0) == turned)
            #expect(place.mirrored.mirrored == place)
        }
    }
}
