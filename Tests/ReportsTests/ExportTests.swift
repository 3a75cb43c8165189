import Foundation
import Hashing
import ProtocolBuffers
import RunStore
import Testing

@testable import Reports

@Suite struct ExportTests {
    @Test func checksumsAreCastagnolis() {
        // RFC 3720, B.4.
        #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    }

    @Test func protocolBuffersAreEncodedAsTheWireFormatSays() {
        var buffer = ProtocolBuffer()
        buffer.write(1, integer: 150)
        buffer.write(2, text: "testing")
        buffer.write(3, float: 1)
        #expect(
            buffer.bytes == [
                0x08, 0x96, 0x01, 0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67, 0x1D, 0, 0,
                0x80, 0x3F,
            ])
    }

    @Test func eventFilesHoldEveryPointAndResult() throws {
        let sample = try SampleStore()
        let id = try sample.complete(SampleStore.cell(), dice: 0.9)
        let run = try sample.store.exportedRun(id)
        #expect(run.name == "mcx unet tv 100 % seed 1")
        #expect(TensorBoardExport.folderName(of: run) == "0001-mcx-unet-tv-100-seed-1")
        #expect(run.points.count == 4)
        var records = 0
        let bytes = TensorBoardExport.events(of: run)
        var offset = 0
        while offset < bytes.count {
            let header = Array(bytes[offset..<(offset + 8)])
            let length = header.enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
            #expect(
                Array(bytes[(offset + 8)..<(offset + 12)])
                    == ProtocolBuffer.littleEndian(CRC32C.masked(header)))
            let payload = Array(bytes[(offset + 12)..<(offset + 12 + length)])
            #expect(
                Array(bytes[(offset + 12 + length)..<(offset + 16 + length)])
                    == ProtocolBuffer.littleEndian(CRC32C.masked(payload)))
            offset += 16 + length
            records += 1
        }
        #expect(records == 1 + run.points.count + run.results.count)
    }

    @Test func tablesAreWrittenWithTheirHeaders() throws {
        let sample = try SampleStore()
        let id = try sample.complete(SampleStore.cell(), dice: 0.9)
        let files = try CSVExport(sample.store).write(
            [id], to: sample.folder.appendingPathComponent("csv"))
        #expect(
            files.map(\.lastPathComponent) == [
                "runs.csv", "settings.csv", "curves.csv", "tags.csv", "notes.csv", "results.csv",
                "images.csv", "classes.csv", "external.csv", "external-images.csv",
                "machine.csv",
            ])
        let curves = try String(contentsOf: files[2], encoding: .utf8).split(separator: "\n")
        #expect(curves.first == "run,split,name,epoch,value,step,time")
        #expect(curves.contains("1,train,loss,2,0.5,,"))
        // Of another run that classified something nothing may stay behind.
        #expect(
            try String(contentsOf: files[7], encoding: .utf8)
                == "run,weights,split,class,name,value\n")
    }

    @Test func theMLflowStoreHasTheOldRevision() throws {
        let sample = try SampleStore()
        try sample.fillPair()
        _ = try sample.store.plan([SampleStore.cell(seed: 9)])
        let url = sample.folder.appendingPathComponent("mlflow.db")
        let runs = try sample.store.reportRuns(ReportSelection()).map(\.id)
        try MLflowStore(sample.store).write(runs, to: url)
        try MLflowStore(sample.store).write(runs, to: url)
        let bytes = try Data(contentsOf: url)
        #expect(bytes.starts(with: Array("SQLite format 3\0".utf8)))
        #expect(bytes.range(of: Data(MLflowStore.revision.utf8)) != nil)
        #expect(bytes.range(of: Data("best/test/published/ds/pooled".utf8)) != nil)
        #expect(throws: StoreError.self) { try RunStore(at: url, mode: .readOnly) }
        #expect(throws: StoreError.self) { try sample.store.exportedRun(99) }
    }

    @Test func runsAreSetSideBySide() throws {
        let sample = try SampleStore()
        try sample.fillPair()
        let source = sample.source { $0.figures = true }
        let document = try ComparisonReport(of: [1, 2], from: source).document()
        #expect(document.tables.map(\.id) == ["settings", "results", "image-tests"])
        let settings = try #require(document.tables.first)
        #expect(
            settings.rows.first?.cells.map { CellText.plain($0, in: settings.columns[0]) } == [
                "loss", "tv", "kltv",
            ])
        let difference = document.tables[2].rows[0].cells[2].number
        #expect(abs((difference ?? 0) - 0.02) < 1e-12)
        #expect(document.figures.map(\.id) == ["agreement", "images", "learning-curves"])
        #expect(throws: ReportError.self) {
            try ComparisonReport(of: [1], from: source).document()
        }
        #expect(throws: ReportError.self) {
            try ComparisonReport(of: [1, 1], from: source).document()
        }
    }
}
