/// Lossless JPEG, process 14 of ISO/IEC 10918-1 (annex H): Huffman-coded differences to a prediction
/// from neighbours, 2 to 16 bits. DICOM's older archives hold it, and libjpeg-turbo does not read it.
struct LosslessJPEG {
    private let bytes: [UInt8]
    private let picture: DICOMPicture
    private let file: String
    private var precision = 0
    private var interval = 0
    /// The identifiers of the frame's components.
    private var components: [UInt8] = []
    /// Counts and values as written, by table.
    private var definitions: [Int: [UInt8]] = [:]

    init(_ bytes: [UInt8], _ picture: DICOMPicture, file: String) {
        self.bytes = bytes
        self.picture = picture
        self.file = file
    }

    /// The samples, components innermost.
    func decode() throws(ImagingError) -> [UInt16] {
        var reader = self
        return try reader.read()
    }

    private func damaged(_ reason: String) -> ImagingError {
        .damaged(file: file, reason: "its JPEG picture is broken: \(reason)")
    }

    // MARK: Segments

    private mutating func read() throws(ImagingError) -> [UInt16] {
        var segments = try JPEGSegments(bytes, file: file)
        while true {
            let (marker, body) = try segments.next()
            switch marker {
            case 0xC3: try readFrame(body)
            case 0xC4: try readTables(body)
            case 0xDD: interval = body.count >= 2 ? Int(body[0]) << 8 | Int(body[1]) : 0
            case 0xDA: return try readScan(body, at: segments.position)
            case 0xC0...0xC2, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                throw damaged("it is not lossless, as the file says")
            default: break
            }
        }
    }

    private mutating func readFrame(_ body: [UInt8]) throws(ImagingError) {
        guard body.count >= 6, body.count >= 6 + 3 * Int(body[5]) else {
            throw damaged("its frame is cut short")
        }
        precision = Int(body[0])
        let height = Int(body[1]) << 8 | Int(body[2])
        let width = Int(body[3]) << 8 | Int(body[4])
        let count = Int(body[5])
        guard height == picture.height, width == picture.width, count == picture.samples,
            2...16 ~= precision
        else { throw damaged("the picture in it has other extents") }
        components = (0..<count).map { body[6 + 3 * $0] }
        guard (0..<count).allSatisfy({ body[7 + 3 * $0] == 0x11 || count == 1 }) else {
            throw damaged("its components have different sizes")
        }
    }

    private mutating func readTables(_ body: [UInt8]) throws(ImagingError) {
        var place = 0
        while place < body.count {
            guard place + 17 <= body.count else { throw damaged("a table is cut short") }
            let count = body[(place + 1)..<(place + 17)].reduce(0) { $0 + Int($1) }
            guard count <= 256, place + 17 + count <= body.count else {
                throw damaged("a table is cut short")
            }
            definitions[Int(body[place])] = Array(body[(place + 1)..<(place + 17 + count)])
            place += 17 + count
        }
    }

    // MARK: Samples

    private func readScan(_ body: [UInt8], at position: Int) throws(ImagingError) -> [UInt16] {
        let parts = components.count
        guard parts > 0, body.count >= 4 + 2 * parts, Int(body[0]) == parts,
            (0..<parts).allSatisfy({ body[1 + 2 * $0] == components[$0] })
        else { throw damaged("its scan does not hold all components") }
        let predictor = body[1 + 2 * parts]
        let shift = Int(body[3 + 2 * parts] & 15)
        guard 1...7 ~= predictor, shift < precision else { throw damaged("its predictor is none") }
        guard interval % picture.width == 0 else { throw damaged("a restart lies within a row") }
        var tables: [[UInt16]] = []
        for part in 0..<parts {
            guard let definition = definitions[Int(body[2 + 2 * part] >> 4)] else {
                throw damaged("a table is missing")
            }
            guard let table = Self.table(definition) else { throw damaged("a table is no code") }
            tables.append(table)
        }
        var bits = Bits(bytes, from: position)
        let (width, row) = (picture.width, picture.width * parts)
        let first = 1 << (precision - shift - 1)
        var samples = [Int](repeating: 0, count: picture.count)
        // A restart begins the picture anew: nothing lies above its row.
        var top = 0
        for y in 0..<picture.height {
            if interval > 0, y > 0, y % (interval / width) == 0 {
                guard bits.restart() else { throw damaged("a restart is missing") }
                top = y
            }
            for x in 0..<width {
                for part in 0..<parts {
                    let place = y * row + x * parts + part
                    let guess: Int
                    if y == top {
                        guess = x == 0 ? first : samples[place - parts]
                    } else if x == 0 {
                        guess = samples[place - row]
                    } else {
                        guess = Self.guess(
                            predictor, left: samples[place - parts], above: samples[place - row],
                            corner: samples[place - row - parts])
                    }
                    guard let difference = bits.difference(tables[part]) else {
                        throw .truncated(file: file, reason: "its picture ends early")
                    }
                    samples[place] = (guess + difference) & 0xFFFF
                }
            }
        }
        return samples.map { UInt16(truncatingIfNeeded: $0 << shift) }
    }

    private static func guess(_ predictor: UInt8, left: Int, above: Int, corner: Int) -> Int {
        switch predictor {
        case 1: left
        case 2: above
        case 3: corner
        case 4: left + above - corner
        case 5: left + (above - corner) >> 1
        case 6: above + (left - corner) >> 1
        default: (left + above) >> 1
        }
    }

    /// For the next 16 bits the length of the code that they begin with, and its value; nil where
    /// the definition is no code.
    private static func table(_ definition: [UInt8]) -> [UInt16]? {
        var table = [UInt16](repeating: 0, count: 1 << 16)
        var (code, next) = (0, 16)
        for length in 1...16 {
            for _ in 0..<Int(definition[length - 1]) {
                let step = 1 << (16 - length)
                guard code + step <= 1 << 16, definition[next] <= 16 else { return nil }
                let entry = UInt16(length) << 8 | UInt16(definition[next])
                for place in code..<code + step { table[place] = entry }
                code += step
                next += 1
            }
        }
        return table
    }

    /// The bits behind a scan's header, without what keeps them from looking like markers.
    private struct Bits {
        private let bytes: [UInt8]
        private var position: Int
        private var held = 0
        private var count = 0
        /// Bits held beyond the end of the data.
        private var missing = 0

        init(_ bytes: [UInt8], from position: Int) {
            self.bytes = bytes
            self.position = position
        }

        private mutating func fill() {
            while count <= 40 {
                var byte = 0
                if position < bytes.count,
                    bytes[position] != 0xFF
                        || (position + 1 < bytes.count && bytes[position + 1] == 0)
                {
                    byte = Int(bytes[position])
                    position += byte == 0xFF ? 2 : 1
                } else {
                    missing += 8
                }
                held = (held << 8 | byte) & 0xFF_FFFF_FFFF_FFFF
                count += 8
            }
        }

        /// The next difference; nil where the data end or no code fits.
        mutating func difference(_ table: [UInt16]) -> Int? {
            if count < 32 { fill() }
            let entry = Int(table[held >> (count - 16) & 0xFFFF])
            guard entry != 0 else { return nil }
            count -= entry >> 8
            let size = entry & 255
            guard size > 0, size < 16 else { return isWhole ? (size == 0 ? 0 : 32768) : nil }
            count -= size
            let bits = held >> count & (1 << size - 1)
            guard isWhole else { return nil }
            return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits
        }

        private var isWhole: Bool { count >= missing }

        /// Passes over a restart marker; false where there is none.
        mutating func restart() -> Bool {
            guard position + 1 < bytes.count, bytes[position] == 0xFF,
                0xD0...0xD7 ~= bytes[position + 1]
            else { return false }
            position += 2
            (held, count, missing) = (0, 0, 0)
            return true
        }
    }
}
