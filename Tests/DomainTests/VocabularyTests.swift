import Domain
import Testing

struct VocabularyTests {
    @Test func wordsOfTablesAreParts() {
        #expect(SplitPart(word: "Training") == .train && SplitPart(word: "dev") == .validation)
        #expect(SplitPart(word: "TEST") == .test)
        // A typo is no part; above all not the test part.
        #expect(SplitPart(word: "tset") == nil && SplitPart(rawValue: "tests") == nil)
    }

    @Test func storedWordsStayWhatTheyAre() {
        #expect(SplitPart.allCases.map(\.rawValue) == ["train", "validation", "test"])
        #expect(WeightsKind.allCases.map(\.rawValue) == ["best", "last"])
    }

    @Test func oneHalfIsForeground() {
        #expect(BinaryMask.foreground([0.5, Float(0.5).nextDown, 1, 0, .nan]) == [1, 0, 1, 0, 0])
    }

    @Test func slipsOfNeighboursCountOnce() {
        #expect(NearestName.typingErrors("unte", "unet") == 1)
        #expect(NearestName.typingErrors("", "abc") == 3 && NearestName.typingErrors("a", "") == 1)
        #expect(NearestName.typingErrors("kitten", "sitting") == 3)
    }

    /// Of many names, or names in no order, fewer slips are near.
    @Test func nearIsARuleOfItsOwn() {
        #expect(NearestName.of("tx", in: ["tv", "xe"]) == "tv")
        #expect(NearestName.of("ab", in: ["tv"]) == "tv")
        #expect(NearestName.close(to: "ab", in: ["tv"]) == nil)
        #expect(NearestName.close(to: "dics", in: Set(["disc", "dice"])) == "dice")
        #expect(NearestName.close(to: "dic", in: ["dice", "disc"]) == "dice")
        #expect(NearestName.of("MCX", in: ["scx", "mcx"]) == "mcx")
    }

    /// Behind a nearest name nobody reads forty others.
    @Test func longListsDoNotStandBehindANearestName() {
        let many = (1...40).map { "setting-\($0)" } + ["epochs"]
        #expect(NearestName.suffix("epoch", in: many) == "; did you mean 'epochs'?")
        #expect(NearestName.suffix("zzzzzzzzz", in: many).hasPrefix("; known: setting-1, "))
        #expect(
            NearestName.suffix("tw", in: ["tv", "kltv"]) == "; did you mean 'tv'? known: tv, kltv")
        #expect(NearestName.suffix(nearest: "a", known: []) == "; did you mean 'a'?")
        #expect(NearestName.suffix(nearest: nil, known: []) == "")
    }

    @Test func sampleTellsItsStructures() {
        let sample = Sample(
            example: Example(id: "a", hasMask: true, originalWidth: 3, originalHeight: 2),
            shape: ImageShape(height: 2, width: 3, channels: 3),
            image: [Float](repeating: 0, count: 18), mask: [UInt8](repeating: 0, count: 12))
        #expect(sample.structures == 2 && sample.shape.pixels == 6 && sample.shape.count == 18)
    }
}

struct JSONValueTests {
    @Test(
        "one text for one value",
        arguments: [
            (.number(1), "1"), (.number(-0.0), "0"), (.number(1e-5), "1e-05"),
            (.number(0x1p53), "9007199254740992.0"), (.number(1e38), "1e+38"),
            (.number(.nan), "\"nan\""), (.number(-.infinity), "\"-inf\""), (.flag(true), "true"),
            (.text("a\"\\\n\u{1}/é"), "\"a\\\"\\\\\\n\\u0001/é\""), (.null, "null"),
            (.list([.text("a, b"), .integer(2)]), "[\"a, b\",2]"),
            (.object(["b": .list([]), "a": .number(0.1)]), "{\"a\":0.1,\"b\":[]}"),
        ] as [(JSONValue, String)])
    func canonical(value: JSONValue, text: String) {
        #expect(value.canonicalJSON == text)
    }
}
