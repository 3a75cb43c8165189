internal import Domain
internal import Foundation
internal import RunStore

/// Tells the pages that are open what changed in the store.
///
/// One task looks whether the store changed. Then each page that somebody has open is made once,
/// however many look at it, and every client gets the sections that are not as they were.
actor News {
    /// Seconds between two looks.
    private static let pause = 1.0
    /// Pages that are kept up to date at once; one more is told to reload by hand.
    private static let mostPages = 200

    private struct Watched {
        let make: @Sendable () throws -> Page
        var sections: [String: Markup] = [:]
        var clients: [UUID: AsyncStream<String>.Continuation] = [:]
    }

    private let site: Site
    private var pages: [String: Watched] = [:]
    private var looking: Task<Void, Never>?

    init(site: Site) { self.site = site }

    /// Events for one client: `section` with a JSON object of a section's name and HTML, and `alive`.
    nonisolated func stream(
        of address: String, _ make: @escaping @Sendable () throws -> Page
    ) -> AsyncStream<String> {
        AsyncStream(bufferingPolicy: .bufferingNewest(64)) { continuation in
            let client = UUID()
            continuation.onTermination = { _ in
                Task { await self.leave(client, address) }
            }
            Task { await self.join(client, address, make, continuation) }
        }
    }

    private func join(
        _ client: UUID, _ address: String, _ make: @escaping @Sendable () throws -> Page,
        _ continuation: AsyncStream<String>.Continuation
    ) async {
        if pages[address] == nil {
            guard pages.count < Self.mostPages else {
                continuation.finish()
                return
            }
            var watched = Watched(make: make)
            let page = try? await Worker.run(make)
            for section in page?.sections ?? [] { watched.sections[section.name] = section.content }
            if pages[address] == nil { pages[address] = watched }
        }
        pages[address]?.clients[client] = continuation
        continuation.yield("event: alive\ndata: 1\n\n")
        if looking == nil { looking = Task { await self.look() } }
    }

    private func leave(_ client: UUID, _ address: String) {
        pages[address]?.clients[client] = nil
        if pages[address]?.clients.isEmpty == true { pages[address] = nil }
    }

    private func look() async {
        var seen: Int64?
        var quiet = 0
        while !pages.isEmpty {
            try? await Task.sleep(for: .seconds(Self.pause))
            let mark = try? await Worker.run { [site] in try site.store().changeMark() }
            quiet += 1
            if quiet >= 15 {
                // Proxies and browsers close what is silent; and a client that is gone is noticed.
                quiet = 0
                for page in pages.values {
                    for client in page.clients.values { client.yield("event: alive\ndata: 1\n\n") }
                }
            }
            guard mark != seen else { continue }
            seen = mark
            for (address, watched) in pages { await update(address, watched) }
        }
        looking = nil
    }

    private func update(_ address: String, _ watched: Watched) async {
        guard let page = try? await Worker.run(watched.make) else { return }
        for section in page.sections where pages[address]?.sections[section.name] != section.content
        {
            pages[address]?.sections[section.name] = section.content
            let event = JSONValue.object([
                "name": .text(section.name), "html": .text(section.content.text),
            ])
            let text = "event: section\ndata: \(event.canonicalJSON)\n\n"
            for client in pages[address]?.clients.values.map({ $0 }) ?? [] { client.yield(text) }
        }
    }
}
