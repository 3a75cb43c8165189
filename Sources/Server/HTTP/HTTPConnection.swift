internal import FlyingSocks
internal import Foundation
internal import RunStore

/// One client's connection: reads requests, writes answers, and ends where the client is too slow,
/// asks too much, or is gone.
struct HTTPConnection: Sendable {
    let socket: AsyncSocket
    let limits: HTTPLimits
    /// Looks at a head before its body is read: the file that takes the body, or nil; a refusal ends
    /// the connection.
    let admit: @Sendable (HTTPHead) async -> Admission
    /// Answers a request; a refusal is an answer as well.
    let answer: @Sendable (HTTPRequest) async -> HTTPResponse
    /// The answer to what is no request.
    let refuse: @Sendable (HTTPFault) -> HTTPResponse

    /// What becomes of a request's body.
    enum Admission: Sendable {
        case memory
        case file(TrackedDraft)
        case refused(HTTPResponse)
    }

    /// Serves the client until the connection ends.
    func run() async {
        var bytes: [UInt8] = []
        do {
            while try await serveOne(&bytes) {}
        } catch let fault as HTTPFault {
            try? await send(refuse(fault), keepsAlive: false, isHead: false)
        } catch {
            // The client is gone, or was cut off.
        }
        try? socket.close()
    }

    /// Says why nobody serves the client, and closes the connection.
    func end(_ fault: HTTPFault) async {
        try? await send(refuse(fault), keepsAlive: false, isHead: false)
        try? socket.close()
    }

    /// Serves one request; false where the connection ends.
    private func serveOne(_ bytes: inout [UInt8]) async throws -> Bool {
        let head = try await readHead(&bytes)
        guard let head else { return false }
        var draft: TrackedDraft?
        switch await admit(head) {
        case .memory: break
        case .file(let file): draft = file
        case .refused(let response):
            // A small body is read, so that the client hears why; a large one ends the connection.
            let goesOn = head.length <= limits.body && !head.isChunked
            if goesOn { _ = try await readBody(of: head, &bytes, into: nil) }
            try await send(
                response, keepsAlive: goesOn && head.keepsAlive, isHead: head.method == "HEAD")
            return goesOn && head.keepsAlive
        }
        let body = try await readBody(of: head, &bytes, into: draft)
        var parameters = head.parameters
        if head.headers["content-type"]?.hasPrefix("application/x-www-form-urlencoded") == true {
            guard let form = PercentCode.parameters(body) else {
                throw HTTPFault(400, "the posted form is not percent-encoded UTF-8")
            }
            parameters.append(contentsOf: form)
        }
        let request = HTTPRequest(
            method: head.method, path: head.path, parameters: parameters, headers: head.headers,
            keepsAlive: head.keepsAlive, body: body, draft: draft)
        let response = await answer(request)
        try await send(response, keepsAlive: head.keepsAlive, isHead: head.method == "HEAD")
        if case .stream = response.body { return false }
        return head.keepsAlive
    }

    /// The body, or nothing where it goes into a file.
    private func readBody(
        of head: HTTPHead, _ bytes: inout [UInt8], into draft: TrackedDraft?
    ) async throws -> [UInt8] {
        guard let draft else {
            if head.length > bytes.count {
                bytes += try await within(limits.arrival) { [count = head.length - bytes.count] in
                    try await socket.read(bytes: count)
                }
            }
            defer { bytes.removeFirst(head.length) }
            return Array(bytes.prefix(head.length))
        }
        if head.isChunked {
            try await readChunks(&bytes, into: draft)
            return []
        }
        var rest = head.length
        while rest > 0 {
            // In pieces, so that a large file on a slow line gets the time that it needs.
            let piece = try await take(min(rest, max(bytes.count, 1 << 18)), of: &bytes)
            try keep(piece, in: draft)
            rest -= piece.count
        }
        return []
    }

    /// The next bytes of the connection, so many of them.
    private func take(_ count: Int, of bytes: inout [UInt8]) async throws -> [UInt8] {
        if count > bytes.count {
            bytes += try await within(limits.arrival) { [more = count - bytes.count] in
                try await socket.read(bytes: more)
            }
        }
        defer { bytes.removeFirst(count) }
        return Array(bytes.prefix(count))
    }

    private func keep(_ piece: [UInt8], in draft: TrackedDraft) throws {
        do {
            try draft.append(piece)
        } catch {
            throw HTTPFault(507, "\(error)")
        }
    }

    /// A body in chunks (RFC 9112, section 7.1), without extensions and trailers.
    private func readChunks(_ bytes: inout [UInt8], into draft: TrackedDraft) async throws {
        var total = 0
        while true {
            let size = try await chunkSize(&bytes)
            total += size
            guard total <= limits.file else {
                throw HTTPFault(413, "the request's body is too large")
            }
            var chunk = try await take(size + 2, of: &bytes)
            guard chunk.suffix(2) == [13, 10] else {
                throw HTTPFault(400, "a chunk of the body does not end where it says")
            }
            if size == 0 { return }
            chunk.removeLast(2)
            try keep(chunk, in: draft)
        }
    }

    /// The line before a chunk: 1 to 6 hexadecimal digits.
    private func chunkSize(_ bytes: inout [UInt8]) async throws -> Int {
        var line: [UInt8] = []
        while line.suffix(2) != [13, 10], line.count < 8 { line += try await take(1, of: &bytes) }
        guard line.count > 2, line.suffix(2) == [13, 10],
            line.dropLast(2).allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
            let size = Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16)
        else { throw HTTPFault(400, "the size of a chunk is not 1 to 6 hexadecimal digits") }
        return size
    }

    /// The next head; nil where the client has closed the connection, or stays silent.
    private func readHead(_ bytes: inout [UInt8]) async throws -> HTTPHead? {
        let begin = ContinuousClock.now
        var seen = 0
        while true {
            if let head = try takeHead(&bytes, from: seen) { return head }
            seen = max(0, bytes.count - 3)
            let isBegun = !bytes.isEmpty
            let spent = begin.duration(to: .now) / .seconds(1)
            let more = await piece(within: isBegun ? limits.arrival - spent : limits.idle)
            if more.isEmpty {
                guard isBegun else { return nil }
                throw HTTPFault(408, "the request took too long to arrive")
            }
            bytes += more
        }
    }

    /// Takes the head that `bytes` begin with; nil where it is not whole yet.
    private func takeHead(_ bytes: inout [UInt8], from seen: Int) throws(HTTPFault) -> HTTPHead? {
        guard let end = HTTPHead.end(in: bytes, from: seen) else {
            guard bytes.count <= limits.head else {
                throw HTTPFault(431, "the request's header fields are too large")
            }
            return nil
        }
        let head = try HTTPHead(Array(bytes.prefix(end)), limits: limits)
        bytes.removeFirst(end)
        return head
    }

    /// What the client says next; nothing where it is gone, or says nothing in time.
    private func piece(within seconds: Double) async -> [UInt8] {
        guard seconds > 0 else { return [] }
        do {
            return try await within(seconds) { try await socket.read(atMost: 4096) }
        } catch {
            return []
        }
    }

    private func send(_ response: HTTPResponse, keepsAlive: Bool, isHead: Bool) async throws {
        switch response.body {
        case .data(let data):
            let head = response.head(keepsAlive: keepsAlive)
            try await write(isHead ? head : head + data)
        case .stream(let pieces):
            try await write(response.head(keepsAlive: false))
            if isHead { return }
            for await piece in pieces { try await write(Data(piece.utf8)) }
        case .file(let file):
            try await write(response.head(keepsAlive: keepsAlive))
            var sent: Int64 = isHead ? file.bytes : 0
            while sent < file.bytes {
                let piece = try file.piece(
                    at: sent, count: Int(min(file.bytes - sent, 1 << 18)))
                // One that became shorter cannot be sent whole: the client has to see that.
                guard !piece.isEmpty else { throw HTTPFault(500, "a file became shorter") }
                try await write(piece)
                sent += Int64(piece.count)
            }
        }
    }

    private func write(_ data: Data) async throws {
        // In pieces, so that a large answer on a slow line gets the time that it needs.
        var start = data.startIndex
        while start < data.endIndex {
            let end =
                data.index(start, offsetBy: 1 << 16, limitedBy: data.endIndex) ?? data.endIndex
            let piece = data[start..<end]
            try await within(limits.departure) { try await socket.write(Data(piece)) }
            start = end
        }
    }

    /// Does `body`, and cuts the connection off where it takes longer than `seconds`.
    private func within<Value: Sendable>(
        _ seconds: Double, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        let file = socket.socket.file.rawValue
        let watch = Task {
            try await Task.sleep(for: .seconds(seconds))
            shutdown(file, Int32(SHUT_RDWR))
        }
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        watch.cancel()
        // Until it has ended: the number of a closed socket may be another client's next.
        _ = await watch.result
        return try result.get()
    }
}
