import Imaging
import Testing

@testable import Datasets

/// `structures.csv`: what the values of label maps show.
struct StructureTableTests {
    private func table(_ text: String) throws -> MaskLabels {
        try StructureTable.read(Array(text.utf8), path: "structures.csv")
    }

    private func refusal(_ text: String) -> String {
        do throws(DatasetError) {
            _ = try StructureTable.read(Array(text.utf8), path: "structures.csv")
            return ""
        } catch {
            return error.description
        }
    }

    @Test func headersAreTakenInManyWays() throws {
        let plain = try table("value,name\n1,lungs\n2,heart\n0,background\n9,ignore\n")
        #expect(plain.structures == ["lungs", "heart"])
        #expect(
            plain.entries == [
                .init(.number(1), .structure("lungs")), .init(.number(2), .structure("heart")),
                .init(.number(0), .background), .init(.number(9), .ignored),
            ])
        for text in [
            "Value;Structure\n1;lungs\n2;heart\n0;Background\n9;Ignore\n",
            "\u{feff}name\tlabel\r\nlungs\t1\r\nheart\t2\r\nbackground\t0\r\nignore\t9\r\n",
            "id,label\n1,lungs\n2,heart\n0,background\n9,ignore\n",
        ] {
            #expect(try table(text).entries == plain.entries, "\(text)")
        }
        let colours = try table("colour,name\n#ff0000,heart\n0 128 255,lungs\n")
        #expect(colours.values(of: "lungs") == ["#0080ff"])
        let channels = try table("index,red,green,blue,organ\n1,255,0,0,heart\n")
        #expect(channels.values(of: "heart") == ["#ff0000", "1"])
        // One name on two values is their union.
        #expect(try table("value,name\n1,lungs\n2,lungs\n").values(of: "lungs") == ["1", "2"])
        #expect(try table("value,color,name\n1,,lungs\n,#000001,heart\n").structures.count == 2)
    }

    @Test func errorsNameTheLine() {
        for (text, sentence) in [
            ("value,name\n1,lungs\n1,heart\n", "line 3: the value 1 stands on line 2 already"),
            ("value,name\n1,lungs\n#010101,heart\n", "line 3: the value #010101 stands on line 2"),
            ("value,name\none,lungs\n", "line 2: 'one' is no value"),
            ("value,name\n1,\"a,b\"\n", "line 2: 'a,b' is no structure's name"),
            ("value,name\n1,all\n", "line 2: 'all' is no structure's name"),
            ("value,name\n1,\n", "line 2: '' is no structure's name"),
            ("value,name\n,lungs\n", "line 2: it has no value"),
            ("value,name\n0,background\n", "no row names a structure"),
            ("value,title\n1,lungs\n", "there is no column 'name'"),
            ("name,title\nlungs,1\n", "there is no column 'value' or 'colour'"),
            ("value,name\n1,lungs,3\n", "line 2: it has 3 fields"),
            ("", "it is empty"),
        ] {
            #expect(refusal(text).contains(sentence), "\(text): \(refusal(text))")
        }
    }
}
