internal import FlyingSocks
internal import Foundation

/// Listens on one address and serves every client in a task of its own.
struct HTTPListener: Sendable {
    private let socket: Socket
    private let limits: HTTPLimits
    /// The address, such as `127.0.0.1`, and the port that was given.
    let host: String, port: UInt16

    /// Begins to listen; port 0 takes any that is free.
    ///
    /// - Throws: `ServerError` where the address cannot be had.
    init(host: String, port: UInt16, limits: HTTPLimits = HTTPLimits()) throws {
        self.host = host
        self.limits = limits
        do {
            socket =
                if let address = try? sockaddr_in6.inet6(ip6: host, port: port) {
                    try Self.listening(at: address)
                } else if let address = try? sockaddr_in.inet(ip4: host, port: port) {
                    try Self.listening(at: address)
                } else {
                    throw ServerError(host: host, port: port, code: 0)
                }
            switch try socket.sockname() {
            case .ip4(_, let port), .ip6(_, let port): self.port = port
            case .unix: self.port = port
            }
        } catch SocketError.failed(_, let code, _) {
            throw ServerError(host: host, port: port, code: code)
        }
    }

    private static func listening(at address: some SocketAddress) throws -> Socket {
        let socket = try Socket(domain: Int32(type(of: address).family))
        try socket.setValue(true, for: .localAddressReuse)
        try socket.bind(to: address)
        try socket.listen()
        return socket
    }

    /// Serves clients until the task is cancelled.
    func run(
        admit: @escaping @Sendable (HTTPHead) async -> HTTPConnection.Admission = { _ in .memory },
        answer: @escaping @Sendable (HTTPRequest) async -> HTTPResponse,
        refuse: @escaping @Sendable (HTTPFault) -> HTTPResponse
    ) async throws {
        let pool: some AsyncSocketPool = .make(maxEvents: 64)
        try await pool.prepare()
        let listener = try AsyncSocket(socket: socket, pool: pool)
        let open = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.run() }
            group.addTask {
                try await withThrowingDiscardingTaskGroup { clients in
                    while true {
                        let client: AsyncSocket
                        do {
                            client = try await listener.accept()
                        } catch is CancellationError {
                            throw CancellationError()
                        } catch {
                            // Out of files, or a client that is gone already: later ones may do.
                            try await Task.sleep(for: .milliseconds(50))
                            continue
                        }
                        let isFull = open.value >= limits.connections
                        let connection = HTTPConnection(
                            socket: client, limits: limits, admit: admit, answer: answer,
                            refuse: refuse)
                        if !isFull { open.add(1) }
                        clients.addTask {
                            if isFull {
                                await connection.end(HTTPFault(503, "too many clients"))
                            } else {
                                await connection.run()
                                open.add(-1)
                            }
                        }
                    }
                }
            }
            try await group.next()
        }
    }

    private final class Counter: Sendable {
        private let lock = NSLock()
        nonisolated(unsafe) private var count = 0

        var value: Int { lock.withLock { count } }
        func add(_ change: Int) { lock.withLock { count += change } }
    }
}

/// Why the server cannot listen, in one sentence.
public struct ServerError: Error, Equatable, CustomStringConvertible {
    /// The address and port that were asked for.
    public let host: String, port: UInt16
    /// The system's error number.
    let code: Int32

    /// What, where, why, and what to do.
    public var description: String {
        let place = "cannot listen on \(host) port \(port)"
        switch code {
        case EADDRINUSE:
            return "\(place): another program does; name another with --port, or 0 for any"
        case EACCES: return "\(place): ports below 1024 need rights; name one from 1024"
        case EADDRNOTAVAIL: return "\(place): this machine has no such address"
        case 0: return "\(place); expected an IP address such as 127.0.0.1 or 0.0.0.0"
        default: return "\(place): \(String(cString: strerror(code)))"
        }
    }
}
