internal import Imaging

extension RGBImage {
    /// Fills a rectangle; what falls outside is left out.
    mutating func fill(x: Int, y: Int, width: Int, height: Int, colour: Colour) {
        for row in max(0, y)..<max(max(0, y), min(self.height, y + height)) {
            for column in max(0, x)..<max(max(0, x), min(self.width, x + width)) {
                self[column, row] = colour
            }
        }
    }
}
