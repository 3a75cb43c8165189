import Foundation
import Imaging
import Testing

@testable import Datasets

struct TableCorpusTests {
    @Test func everyFileIsATableOrAnError() throws {
        let folder = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fuzz/corpus/csv")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        var read = 0
        for file in files {
            let bytes = try ImageFile.bytes(of: file)
            do throws(DatasetError) {
                let table = try TextTable(bytes, path: file.path)
                #expect(table.rows.allSatisfy { $0.fields.count == table.columns.count })
                let lines = ([table.columns] + table.rows.map(\.fields)).map {
                    $0.map(TextTable.quoted).joined(separator: ",")
                }
                let copy = try TextTable(
                    Array(lines.joined(separator: "\n").utf8), path: file.path)
                #expect(copy.columns == table.columns)
                #expect(copy.rows.map(\.fields) == table.rows.map(\.fields))
                read += 1
            } catch {
                #expect(error.description.contains(file.lastPathComponent))
            }
        }
        #expect(read >= 4)
    }
}
