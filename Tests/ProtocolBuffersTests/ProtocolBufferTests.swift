import Foundation
import ProtocolBuffers
import Testing

/// The wire format, beside the examples of its documentation, and read back.
@Suite struct ProtocolBufferTests {
    /// protobuf.dev/programming-guides/encoding: 150 in field 1, "testing" in field 2, and the first as
    /// a message in field 3; -2 has ten bytes.
    @Test func bytesAreThoseOfTheDocumentation() {
        var number = ProtocolBuffer()
        number.write(1, integer: 150)
        #expect(number.bytes == [0x08, 0x96, 0x01])
        var text = ProtocolBuffer()
        text.write(2, text: "testing")
        #expect(text.bytes == [0x12, 0x07] + Array("testing".utf8))
        var outer = ProtocolBuffer()
        outer.write(3, message: number)
        #expect(outer.bytes == [0x1A, 0x03, 0x08, 0x96, 0x01])
        var negative = ProtocolBuffer()
        negative.write(1, signed: -2)
        #expect(negative.bytes == [0x08, 0xFE] + [UInt8](repeating: 0xFF, count: 8) + [0x01])
    }

    @Test func whatIsWrittenIsReadBack() {
        var message = ProtocolBuffer()
        message.write(1, double: -0.1)
        message.write(2, float: 1.5)
        message.write(300, integer: .max)
        message.write(4, text: "\u{1F4A1} and \u{0}")
        message.write(4, bytes: [])
        let fields = Array(ProtocolFields(Data(message.bytes)))
        #expect(fields.map(\.field) == [1, 2, 300, 4, 4])
        #expect(fields[0].value.double == -0.1)
        #expect(fields[1].value.float == 1.5)
        #expect(fields[2].value.number == .max)
        #expect(fields[3].value.text == "\u{1F4A1} and \u{0}")
        #expect(fields[4].value.bytes == Data())
    }

    /// Wherever a message is cut off, what was whole before is read and nothing else.
    @Test func whatIsCutOffEnds() {
        var message = ProtocolBuffer()
        message.write(1, text: "first")
        message.write(2, double: 1)
        message.write(3, integer: 1 << 40)
        let ends = [7, 16, 23]
        #expect(message.bytes.count == ends[2])
        for length in 0...message.bytes.count {
            let fields = Array(ProtocolFields(Data(message.bytes.prefix(length))))
            #expect(fields.count == ends.count { $0 <= length }, "\(length) bytes")
            let isWhole = ProtocolFields.isWhole(Data(message.bytes.prefix(length)))
            #expect(isWhole == (length == 0 || ends.contains(length)), "\(length) bytes")
        }
    }

    /// What no writer makes ends a message: numbers of more than 64 bits, in ten bytes or eleven, lengths
    /// beyond the end and beyond 63 bits, groups, wire types that there are not, fields without a number.
    @Test(arguments: [
        [0x10] + [UInt8](repeating: 0xFF, count: 9) + [0x02],
        [0x10] + [UInt8](repeating: 0x80, count: 10) + [0x01],
        [UInt8](repeating: 0xFF, count: 20), [0x12, 0x05, 0x61],
        [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        [0x12] + [UInt8](repeating: 0xFF, count: 9) + [0x01], [0x13, 0x14], [0x16, 0x00], [0x17],
        [0x00, 0x01], [0x11, 0, 0, 0], [0x15, 0, 0], [0x10],
    ])
    func whatNobodyWritesEnds(rest: [UInt8]) {
        let bytes = Data([0x08, 0x96, 0x01] + rest)
        #expect(Array(ProtocolFields(bytes)).map(\.value.number) == [150])
        #expect(!ProtocolFields.isWhole(bytes))
    }

    /// protobuf.dev/programming-guides/encoding, "Signed Integers".
    @Test func numbersHaveSigns() {
        func read(_ write: (inout ProtocolBuffer) -> Void) -> ProtocolFields.Value? {
            var message = ProtocolBuffer()
            write(&message)
            return ProtocolFields(Data(message.bytes)).first { _ in true }?.value
        }
        for number in [0, -1, 1, 300, .max, .min] {
            #expect(read { $0.write(1, signed: number) }?.signed == number)
        }
        for (written, number) in [
            (0, 0), (1, -1), (2, 1), (0xFFFF_FFFE, 0x7FFF_FFFF), (0xFFFF_FFFF, -0x8000_0000),
            (UInt64.max - 1, Int.max), (.max, .min),
        ] as [(UInt64, Int)] {
            #expect(read { $0.write(1, integer: written) }?.zigzag == number)
        }
    }
}
