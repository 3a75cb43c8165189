internal import Domain
internal import Foundation
internal import RunStore

/// Tells the pages that are open what changed in the store.
///
/// One task looks whether the store changed. Then each page that somebody has open is made once,
/// however many look at it, and every client gets the sections that are not as they were.
actor News {
    /// Seconds between two looks, at least.
    private static let pause = 1.0
    /// A pause is this many times as long as the making of the pages took: watching must not slow
    /// down what is watched.
    private static let rest = 100.0
    /// Seconds after which clients hear that the connection lives: browsers and proxies close what is
    /// silent, and a client that is gone is noticed.
    private static let silence = 15.0
    /// Pages that are kept up to date at once; one more is told to reload by hand.
    private static let mostPages = 200

    private struct Watched {
        let make: @Sendable () throws -> Page
        /// Mark of each section by its name.
        var marks: [String: String] = [:]
        var clients: [UUID: AsyncStream<String>.Continuation] = [:]
        /// The page as it was last made, or as it is being made: who comes meanwhile waits for it.
        var latest: Task<Page?, Never>?
    }

    private let site: Site
    private var pages: [String: Watched] = [:]
    private var looking: Task<Void, Never>?

    init(site: Site) { self.site = site }

    /// Events for one client: `section` with a JSON object of a section's name, mark and HTML, and
    /// `alive`.
    ///
    /// - Parameter seen: marks of the sections that the client shows, by name; it gets at once what is
    ///   otherwise by now.
    nonisolated func stream(
        of address: String, seen: [String: String], _ make: @escaping @Sendable () throws -> Page
    ) -> AsyncStream<String> {
        AsyncStream(bufferingPolicy: .bufferingNewest(64)) { continuation in
            let client = UUID()
            continuation.onTermination = { _ in
                Task { await self.leave(client, address) }
            }
            Task { await self.join(client, address, seen, make, continuation) }
        }
    }

    private func join(
        _ client: UUID, _ address: String, _ seen: [String: String],
        _ make: @escaping @Sendable () throws -> Page,
        _ continuation: AsyncStream<String>.Continuation
    ) async {
        guard pages[address] != nil || pages.count < Self.mostPages else {
            continuation.finish()
            return
        }
        if pages[address] == nil { pages[address] = Watched(make: make, marks: seen) }
        pages[address]?.clients[client] = continuation
        continuation.yield(Self.alive)
        if looking == nil { looking = Task { await self.look() } }
        guard pages[address]?.marks != seen, let page = await latest(address) else { return }
        for section in page.sections where section.mark != seen[section.name] {
            continuation.yield(Self.event(section))
        }
    }

    /// The page as the clients have it, made once for all who come.
    private func latest(_ address: String) async -> Page? {
        guard let watched = pages[address] else { return nil }
        if let made = watched.latest { return await made.value }
        let making = Task { try? await Worker.run(watched.make) }
        pages[address]?.latest = making
        guard let page = await making.value else { return nil }
        pages[address]?.marks = page.marks
        return page
    }

    private func leave(_ client: UUID, _ address: String) {
        pages[address]?.clients[client] = nil
        if pages[address]?.clients.isEmpty == true { pages[address] = nil }
    }

    private func look() async {
        var known: [String: String] = [:]
        var silent = 0.0
        var pause = 0.0
        while !pages.isEmpty {
            try? await Task.sleep(for: .seconds(pause))
            silent += pause
            if silent >= Self.silence {
                silent = 0
                for page in pages.values {
                    for client in page.clients.values { client.yield(Self.alive) }
                }
            }
            let begin = ContinuousClock.now
            if let mark = try? await Worker.run({ [site] in try site.changeMark() }) {
                for (address, watched) in pages where known[address] != mark {
                    await update(address, watched)
                    known[address] = mark
                }
            }
            let spent = begin.duration(to: .now) / .seconds(1)
            pause = min(max(Self.pause, Self.rest * spent), Self.silence)
        }
        looking = nil
    }

    private func update(_ address: String, _ watched: Watched) async {
        guard let page = try? await Worker.run(watched.make) else {
            // There is no such page, or no more; a browser asks again by itself.
            for client in pages.removeValue(forKey: address)?.clients.values.map({ $0 }) ?? [] {
                client.finish()
            }
            return
        }
        pages[address]?.latest = Task { page }
        for section in page.sections where pages[address]?.marks[section.name] != section.mark {
            pages[address]?.marks[section.name] = section.mark
            let event = Self.event(section)
            for client in pages[address]?.clients.values.map({ $0 }) ?? [] { client.yield(event) }
        }
    }

    private static let alive = "event: alive\ndata: 1\n\n"

    private static func event(_ section: Page.Section) -> String {
        let data = JSONValue.object([
            "name": .text(section.name), "mark": .text(section.mark),
            "html": .text(section.content.text),
        ])
        return "event: section\ndata: \(data.canonicalJSON)\n\n"
    }
}
