internal import Foundation
public import RunLog
internal import RunStore

/// The pages over a store, served by HTTP on one address.
public struct PageServer: Sendable {
    private let listener: HTTPListener
    private let router: Router

    /// The port that it listens on.
    public var port: UInt16 { listener.port }

    /// Where a browser finds the pages, the token included where one is needed.
    public let address: String

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - host: address of this machine, such as `127.0.0.1`, or `0.0.0.0` for all of them.
    ///   - port: 0 takes any that is free.
    ///   - names: further names under which the server may be called.
    ///   - token: what every client has to show; nil on an address that only this machine reaches.
    ///   - api: takes runs of MLflow's clients; nil where the server only shows.
    /// - Throws: `ServerError`.
    public init(
        site: Site, host: String, port: UInt16, names: [String], token: String?,
        api: MLflowAPI? = nil
    ) throws {
        try self.init(
            site: site, host: host, port: port, names: names, token: token, api: api,
            limits: HTTPLimits())
    }

    init(
        site: Site, host: String, port: UInt16, names: [String], token: String?,
        api: MLflowAPI? = nil, limits: HTTPLimits
    ) throws {
        var limits = limits
        if api != nil {
            limits.call = max(limits.call, MLflowAPI.longestBody)
            limits.file = Int(TrackedDraft.largest)
        }
        listener = try HTTPListener(host: host, port: port, limits: limits)
        let guardian = RequestGuard(
            host: host, port: listener.port, names: names.map { $0.lowercased() }, token: token,
            reachable: MachineAddress.all())
        router = Router(
            site: site, guardian: guardian, news: News(site: site),
            tracking: TrackingRoutes(api: api))
        address = guardian.address
    }

    /// A token that cannot be guessed.
    public static func newToken() -> String { RequestGuard.newToken() }

    /// Serves until the process ends or the task is cancelled.
    public func run() async throws {
        try await listener.run {
            await router.admit($0)
        } answer: {
            await router.answer($0)
        } refuse: {
            router.refuse($0)
        }
    }
}
