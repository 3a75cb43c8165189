extension ImageFormat {
    /// Windows bitmaps.
    static let bmp = ImageFormat(
        "BMP", endings: ["bmp"],
        advice: "convert it to PNG, for example with ImageMagick (magick FILE.bmp FILE.png)",
        reader: nil, recognises: starting(with: Array("BM".utf8)))
}
