import Domain
import Foundation
import Specification
import Testing
import Training

@testable import Runner

/// Memory that is granted, and what cells are thought to take.
@Suite struct MemoryTests {
    private let root = FileManager.default.temporaryDirectory.appendingPathComponent(
        "lightbox-cgroup-\(UUID().uuidString)")

    private func write(_ text: String, to path: String) throws {
        let file = root.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
    }

    @Test func theTightestGroupCounts() throws {
        try write("max\n", to: "a/memory.max")
        try write("700\n", to: "a/memory.current")
        try write("1000\n", to: "a/job/memory.max")
        try write("600\n", to: "a/job/memory.current")
        try write("anon 500\ninactive_file 100\nactive_file 50\n", to: "a/job/memory.stat")
        let memory = ControlGroup(membership: "0::/a/job/step\n", root: root).memory
        #expect(memory?.limit == 1000)
        #expect(memory?.available == 500)
        #expect(ControlGroup(membership: "0::/a\n", root: root).memory == nil)
    }

    @Test func theFirstVersionOfGroupsIsReadToo() throws {
        try write("9223372036854771712\n", to: "memory/memory.limit_in_bytes")
        try write("5\n", to: "memory/memory.usage_in_bytes")
        try write("4096\n", to: "memory/box/memory.limit_in_bytes")
        try write("96\n", to: "memory/box/memory.usage_in_bytes")
        let lines = "9:name=systemd:/\n4:cpu,memory:/box\n0::/\n"
        let memory = ControlGroup(membership: lines, root: root).memory
        #expect(memory?.limit == 4096)
        #expect(memory?.available == 4000)
    }

    @Test func aLargerCellIsThoughtToTakeMore() {
        var cell = Cell()
        cell.settings.width = 16
        let small = MemoryEstimate(cell).bytes
        // The shipped runs of this size took 540 MB.
        #expect(small > 540 << 20 && small < 1080 << 20)
        cell.settings.width = 32
        #expect(MemoryEstimate(cell).bytes > small * 3 / 2)
        let plain = MemoryEstimate(cell)
        #expect(plain.note == nil)
        cell.settings.image = 512
        let large = MemoryEstimate(cell)
        #expect(large.note?.contains("recompute: true takes some") == true)
        cell.settings.recomputes = true
        #expect(MemoryEstimate(cell).bytes == large.recomputed)
        #expect(2 * large.recomputed < large.bytes)
        #expect(MemoryEstimate(cell).note?.contains("recompute") == false)
        (cell.settings.image, cell.settings.recomputes) = (128, false)
        cell.procedure = "appau-net"
        #expect(MemoryEstimate(cell).bytes > small * 5 / 2)
    }

    @Test func aCellWaitsForTheMemoryThatOthersWillTake() {
        let cell = Cell()
        let estimate = MemoryEstimate(cell)
        let total = 20 * estimate.bytes
        func fits(_ residents: [Int64], _ available: Int64) -> Bool {
            estimate.fits(
                beside: residents.map { (cell, $0) }, available: available, total: total)
        }
        #expect(fits([], 2 * estimate.bytes))
        #expect(!fits([], 2 * estimate.bytes - 1))
        // A worker that has just begun will take its share; one that has it takes no more.
        #expect(!fits([0], 2 * estimate.bytes))
        #expect(fits([0], 3 * estimate.bytes))
        #expect(fits([estimate.bytes], 2 * estimate.bytes))
    }
}
