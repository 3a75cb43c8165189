import Imaging
import Testing

struct AreaAverageTests {
    /// The definition: overlap of every source pixel with every target pixel.
    private func naive(_ image: GrayImage, _ width: Int, _ height: Int) -> [Double] {
        let scaleX = Double(image.width) / Double(width)
        let scaleY = Double(image.height) / Double(height)
        var means: [Double] = []
        for row in 0..<height {
            for column in 0..<width {
                var sum = 0.0
                for y in 0..<image.height {
                    let bottom = min(Double(row + 1) * scaleY, Double(y + 1))
                    let dy = bottom - max(Double(row) * scaleY, Double(y))
                    guard dy > 0 else { continue }
                    for x in 0..<image.width {
                        let right = min(Double(column + 1) * scaleX, Double(x + 1))
                        let dx = right - max(Double(column) * scaleX, Double(x))
                        if dx > 0 { sum += dx * dy * Double(image[x, y]) }
                    }
                }
                means.append(sum / (scaleX * scaleY))
            }
        }
        return means
    }

    @Test(arguments: [
        (1, 1, 1, 1), (7, 5, 3, 2), (8, 8, 4, 4), (3, 2, 7, 5), (13, 9, 13, 9), (31, 1, 4, 1),
        (5, 64, 8, 9), (29, 31, 12, 12),
    ])
    func agreesWithTheDefinition(width: Int, height: Int, outWidth: Int, outHeight: Int) {
        var image = GrayImage(width: width, height: height, maximum: 65535)
        var state: UInt32 = 7
        for i in image.pixels.indices {
            state = state &* 1_664_525 &+ 1_013_904_223
            image.pixels[i] = UInt16(state >> 16)
        }
        let means = AreaAverage.reduce(image, width: outWidth, height: outHeight)
        for (mean, expected) in zip(means, naive(image, outWidth, outHeight)) {
            #expect(abs(Double(mean) - expected) <= 0.005, "\(mean) instead of \(expected)")
        }
    }

    @Test func keepsAConstant() {
        let image = GrayImage(width: 101, height: 67, maximum: 65535, filledWith: 65535)
        let means = AreaAverage.reduce(image, width: 16, height: 16)
        #expect(means.allSatisfy { $0 == 65535 })
    }
}
