import Domain
import Foundation
import Testing

@testable import Programs

/// Lines of a report, and arrays, as they are read.
@Suite struct ReportLineTests {
    private func line(_ text: String) throws -> ReportLine { try ReportLine(Data(text.utf8)) }

    @Test func linesOfEveryKind() throws {
        #expect(try line(#"{"event": "start", "epoch": 4}"#) == .start(epoch: 4))
        #expect(
            try line(#"{"event":"step","epoch":1,"step":2,"steps":9,"loss":0.5}"#)
                == .step(.init(epoch: 1, step: 2, steps: 9, loss: 0.5, imagesPerSecond: nil)))
        let epoch = try line(
            #"{"event":"epoch","epoch":2,"train":{"loss":1},"validation":{"dice/heart":0.5},"#
                + #""learning_rate":1e-3,"seconds":null,"best":true,"more":[1]}"#)
        #expect(
            epoch
                == .epoch(
                    .init(
                        epoch: 2, train: ["loss": 1], validation: ["dice/heart": 0.5],
                        learningRate: 1e-3, imagesPerSecond: nil, seconds: nil, isMarkedBest: true))
        )
        #expect(
            try line(#"{"event":"log","message":"a\nb"}"#)
                == .log(isWarning: false, message: "a\nb"))
        #expect(
            try line(#"{"event":"class","image":"x","probabilities":[0,1]}"#)
                == .classes(weights: .best, image: "x", probabilities: [0, 1]))
        #expect(try line(#"{"event":"done"}"#) == .done)
    }

    /// Python writes what JSON has no word for.
    @Test func numbersThatAreNoneAreSeen() throws {
        guard
            case .epoch(let epoch) = try line(
                #"{"event": "epoch", "epoch": 1, "train": {"loss": NaN, "x": -Infinity}}"#)
        else { return #expect(Bool(false)) }
        #expect(epoch.train["loss"]?.isNaN == true && epoch.train["x"] == -.infinity)
    }

    @Test(arguments: [
        ("", "is no JSON object"), ("{}", "has no 'event'"),
        (#"{"event":"epoch"}"#, "'epoch' is missing; expected a whole number from 1"),
        (#"{"event":"epoch","epoch":1.5}"#, "'epoch' is 1.5"),
        (#"{"event":"step","epoch":1,"step":1,"steps":1,"loss":"x"}"#, "expected a number"),
        (#"{"event":"log","level":"fatal","message":"x"}"#, "expected info or warning"),
        (#"{"event":"class","image":"x","weights":"first","probabilities":[]}"#, "best or last"),
        (#"{"event":"epoch","epoch":1,"best":1}"#, "true or false"),
        (
            #"{"event":"epoch","epoch":1,"validation":{"dice":0.1,"dice":0.9}}"#,
            "names 'dice' twice in one object"
        ),
        (#"{"event":"epoch","epoch":1,"epoch":2}"#, "names 'epoch' twice"),
        (#"{"event":"log","message":"a","message":"b"}"#, "names 'message' twice"),
        ("{\"event\":\"done\",\"é\":1,\"e\u{301}\":2}", "twice in one object"),
        (#"{"event":"step","epoch":1,"step":1,"steps":1,"loss":1e400}"#, "too large for 64 bits"),
        (#"{"event":"done"} {"event":"done"}"#, "is no JSON object"),
        (
            #"{"event":"epoch","epoch":1,"validation":{"dice":7e300}}"#,
            "'dice' of 'validation' is 7e+300; expected 0 to 1"
        ),
        (#"{"event":"epoch","epoch":1,"validation":{"dice/heart":-0.1}}"#, "expected 0 to 1"),
        (#"{"event":"epoch","epoch":1,"validation":{"class-accuracy":95}}"#, "expected 0 to 1"),
        (#"{"event":"epoch","epoch":1,"validation":{"hausdorff95":-1}}"#, "a number from 0"),
        (#"{"event":"epoch","epoch":1,"learning_rate":-1}"#, "expected a number from 0"),
        (#"{"event":"epoch","epoch":1,"images_per_second":-5}"#, "expected a number from 0"),
        (#"{"event":"epoch","epoch":1,"seconds":-3}"#, "expected a number from 0"),
        (#"{"event":"epoch","epoch":1,"seconds":Infinity}"#, "expected a number from 0"),
        (
            #"{"event":"step","epoch":1,"step":1,"steps":1,"images_per_second":-1}"#,
            "expected a number from 0"
        ),
    ])
    func whatIsWrongIsSaid(text: String, reason: String) {
        let fault = #expect(throws: ArrayText.Fault.self) { try line(text) }
        #expect(fault?.reason.contains(reason) == true, "\(fault?.reason ?? "")")
    }

    /// Names that Lightbox does not know, and what rounding makes of 1, are as they are told.
    @Test func figuresOfOnesOwnAreFree() throws {
        let text =
            #"{"event":"epoch","epoch":1,"train":{"dice":95,"loss":-4},"seconds":NaN,"#
            + #""validation":{"dice":1.0000001,"mine":-7e300,"ssim":-0.1,"hausdorff95":40,"loss":-3}}"#
        guard case .epoch(let epoch) = try line(text) else { return #expect(Bool(false)) }
        #expect(epoch.train == ["dice": 95, "loss": -4])
        #expect(
            epoch.validation
                == ["dice": 1.0000001, "mine": -7e300, "ssim": -0.1, "hausdorff95": 40, "loss": -3])
        #expect(epoch.seconds?.isNaN == true)
    }

    @Test func arraysAreReadAsTheyAreWritten() throws {
        let kinds = [
            ("|u1", 1), ("|b1", 1), ("|i1", 1), ("<u2", 2), ("<i2", 2), ("<u4", 4), ("<i4", 4),
            ("<u8", 8), ("<i8", 8),
        ]
        for (kind, size) in kinds {
            var data = ArrayText.header(kind: kind, shape: [2, 3])
            #expect(data.count % 64 == 0)
            for value in 0..<6 {
                data.append(contentsOf: [UInt8(value)] + Array(repeating: 0, count: size - 1))
            }
            let array = try ArrayText([UInt8](data))
            #expect(array.shape == [2, 3] && !array.isReal)
            #expect(array.values == [0, 1, 2, 3, 4, 5])
        }
        var real = ArrayText.header(kind: "<f8", shape: [2])
        for value in [0.25, 1.0] { withUnsafeBytes(of: value) { real.append(contentsOf: $0) } }
        #expect(try ArrayText([UInt8](real)).values == [0.25, 1])
    }

    /// Every beginning of a file, and every byte of its header changed, is read or refused.
    @Test func damagedArraysAreRefused() {
        let file =
            [UInt8](ArrayText.header(kind: "<f4", shape: [2, 2])) + [UInt8](repeating: 0, count: 16)
        for count in file.indices {
            #expect(throws: ArrayText.Fault.self) { try ArrayText(Array(file[..<count])) }
        }
        for index in 0..<(file.count - 16) {
            for value in [0, 0x20, 0x39, 0xFF] as [UInt8] {
                var other = file
                other[index] = value
                _ = try? ArrayText(other)
            }
        }
    }
}
