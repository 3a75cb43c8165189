extension ImageFormat {
    /// Tagged Image File Format: too many kinds of it to read any halfway.
    static let tiff = ImageFormat(
        "TIFF", endings: ["tif", "tiff"],
        advice: "convert it to PNG, for example with ImageMagick (magick FILE.tif FILE.png)",
        reader: nil
    ) { bytes, _ in
        bytes.starts(with: [0x49, 0x49, 0x2A, 0]) || bytes.starts(with: [0x4D, 0x4D, 0, 0x2A])
    }
}
