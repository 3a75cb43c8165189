import Foundation
import RunStore
import Testing

@testable import Server

/// The store below the pages may be exchanged, or brought up to date, while they are open.
@Suite struct SiteTests {
    @Test func anotherFileInItsPlaceIsShown() throws {
        let served = try ServedStore()
        defer { served.end() }
        try served.fill(seeds: [1])
        let site = try served.site()
        let mark = try site.changeMark()
        #expect(try site.store().query("SELECT count(*) FROM run").rows[0][0].integer == 3)
        let other = try ServedStore()
        defer { other.end() }
        try other.fill(seeds: [1, 2])
        for suffix in ["-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: served.url.path + suffix)
        }
        #expect(rename(other.url.path, served.url.path) == 0)
        #expect(try site.store().query("SELECT count(*) FROM run").rows[0][0].integer == 6)
        #expect(try site.changeMark() != mark)
    }

    /// A store of an earlier version is read from a copy, until somebody brings it up to date.
    @Test func aStoreBroughtUpToDateIsShown() throws {
        let served = try ServedStore()
        defer { served.end() }
        try FileManager.default.removeItem(at: served.url)
        let old = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
            .appendingPathComponent("RunStoreTests/Fixtures/schema-3.sqlite")
        try FileManager.default.copyItem(at: old, to: served.url)
        let site = try served.site()
        #expect(try site.store().isOlder)
        let count = try site.store().query("SELECT count(*) FROM run").rows
        try RunStore(at: served.url).close()
        #expect(try !site.store().isOlder)
        #expect(try site.store().query("SELECT count(*) FROM run").rows == count)
        try served.fill(seeds: [77])
        #expect(try site.store().query("SELECT count(*) FROM run").rows != count)
    }

    @Test func changesOfOthersAreSeen() throws {
        let served = try ServedStore()
        defer { served.end() }
        let site = try served.site()
        let mark = try site.changeMark()
        #expect(try site.changeMark() == mark)
        try served.fill(seeds: [1])
        #expect(try site.changeMark() != mark)
    }
}
