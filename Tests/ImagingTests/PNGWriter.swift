import Testing

/// A plain PNG writer for tests: any colour type, bit depth and interlacing, stored blocks, no
/// filter. Independent of libpng.
struct PNGWriter {
    var width: Int
    var height: Int
    var bitDepth: Int
    var colourType: Int
    var interlaced = false
    var palette: [UInt8] = []
    var transparency: [UInt8] = []
    /// The filter of each row of a file that is not interlaced; unknown filters leave bytes alone.
    var filter: (Int) -> Int = { _ in 0 }
    /// Rows really written, all when nil.
    var writtenRows: Int?

    var channels: Int { [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colourType] ?? 1 }

    /// The file whose samples are `sample(x, y, channel)`.
    func bytes(_ sample: (Int, Int, Int) -> Int) -> [UInt8] {
        var file: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
        let header =
            word(width) + word(height) + [
                UInt8(bitDepth), UInt8(colourType), 0, 0, interlaced ? 1 : 0,
            ]
        file += chunk("IHDR", header)
        if !palette.isEmpty { file += chunk("PLTE", palette) }
        if !transparency.isEmpty { file += chunk("tRNS", transparency) }
        file += chunk("IDAT", zlib(rows(sample)))
        return file + chunk("IEND", [])
    }

    private func rows(_ sample: (Int, Int, Int) -> Int) -> [UInt8] {
        let passes =
            interlaced
            ? [
                (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4),
                (1, 0, 2, 2), (0, 1, 1, 2),
            ] : [(0, 0, 1, 1)]
        var raw: [UInt8] = []
        for (startX, startY, stepX, stepY) in passes where startX < width {
            for y in stride(from: startY, to: writtenRows ?? height, by: stepY) {
                raw.append(UInt8(interlaced ? 0 : filter(y)))
                var bits: [UInt8] = []
                for x in stride(from: startX, to: width, by: stepX) {
                    for channel in 0..<channels {
                        let value = sample(x, y, channel)
                        for bit in stride(from: bitDepth - 1, through: 0, by: -1) {
                            bits.append(UInt8(value >> bit & 1))
                        }
                    }
                }
                while bits.count % 8 != 0 { bits.append(0) }
                for start in stride(from: 0, to: bits.count, by: 8) {
                    raw.append(bits[start..<(start + 8)].reduce(0) { $0 << 1 | $1 })
                }
            }
        }
        return interlaced ? raw : filtered(raw)
    }

    /// Applies each row's filter (PNG specification, section 9.2).
    private func filtered(_ raw: [UInt8]) -> [UInt8] {
        let step = max(channels * bitDepth / 8, 1)
        let stride = (width * channels * bitDepth + 7) / 8 + 1
        var result = raw
        for start in Swift.stride(from: 0, to: raw.count, by: stride) {
            for i in 1..<stride {
                let isFirst = i <= step
                let left = isFirst ? 0 : Int(raw[start + i - step])
                let up = start == 0 ? 0 : Int(raw[start - stride + i])
                let corner = isFirst || start == 0 ? 0 : Int(raw[start - stride + i - step])
                let guess: Int
                switch raw[start] {
                case 1: guess = left
                case 2: guess = up
                case 3: guess = (left + up) / 2
                case 4:
                    let p = left + up - corner
                    let (a, b, c) = (abs(p - left), abs(p - up), abs(p - corner))
                    guess = a <= b && a <= c ? left : b <= c ? up : corner
                default: guess = 0
                }
                result[start + i] = raw[start + i] &- UInt8(guess)
            }
        }
        return result
    }

    private func zlib(_ raw: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var start = 0
        repeat {
            let block = raw[start..<min(start + 65535, raw.count)]
            start += block.count
            let length = UInt16(block.count)
            stream.append(start == raw.count ? 1 : 0)
            stream += [UInt8(length & 255), UInt8(length >> 8)]
            stream += [UInt8(~length & 255), UInt8(~length >> 8)]
            stream += block
        } while start < raw.count
        var (a, b) = (1, 0)
        for byte in raw {
            a = (a + Int(byte)) % 65521
            b = (b + a) % 65521
        }
        return stream + word(b << 16 | a)
    }

    private func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(kind.utf8) + data
        var checksum: UInt32 = 0xffff_ffff
        for byte in body {
            checksum ^= UInt32(byte)
            for _ in 0..<8 {
                checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xedb8_8320 : checksum >> 1
            }
        }
        return word(data.count) + body + word(Int(~checksum))
    }

    private func word(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }
}
