internal import Foundation

/// Decides whether a request may be answered at all: a page elsewhere must never read the store
/// through the browser of somebody who can.
///
/// - The `Host` has to be this server's own. A name that an attacker lets point here (DNS rebinding)
///   is another one.
/// - An `Origin` has to be this server's, and what a browser says to come from another site
///   (`Sec-Fetch-Site`) is answered only where somebody followed a link.
/// - On an address that other machines reach, a token is needed.
struct RequestGuard: Sendable {
    /// The address listened on, and the port.
    let host: String, port: UInt16
    /// Further names under which this server may be called, such as a proxy's.
    let names: [String]
    /// What every client has to show; nil on an address that only this machine reaches.
    let token: String?
    /// Addresses of this machine by which others reach it, where it listens on all of them.
    var reachable: [String] = []

    /// Name of the cookie that holds the token.
    static let cookie = "lightbox-token"

    /// - Throws: `HTTPFault` where the request is refused.
    func check(_ request: HTTPRequest) throws(HTTPFault) {
        let isCall = TrackingRoutes.place(request.path) != nil
        guard ["GET", "HEAD", "POST"].contains(request.method) || isCall else {
            throw HTTPFault(405, "this server answers GET, HEAD and POST")
        }
        guard let called = request.headers["host"], isOwn(called) else {
            throw HTTPFault(
                421, "this server is not called that; open http://\(shown(host)):\(port)/")
        }
        if let origin = request.headers["origin"], origin != "http://" + called,
            origin != "https://" + called
        {
            throw HTTPFault(403, "a page of another site asked for this")
        }
        let site = request.headers["sec-fetch-site"] ?? "none"
        let isLink =
            !isCall && request.method != "POST" && request.headers["sec-fetch-mode"] == "navigate"
            && request.headers["sec-fetch-dest"] == "document"
        guard site == "none" || site == "same-origin" || isLink else {
            throw HTTPFault(403, "a page of another site asked for this")
        }
        if let token, !Self.isEqual(shownToken(request) ?? "", token) {
            throw HTTPFault(
                401, "this server needs its token: open the address that 'lightbox serve' printed")
        }
    }

    /// Whether the request comes from this server's own pages, or was typed: then it may cost time.
    func isOwn(_ request: HTTPRequest) -> Bool {
        ["none", "same-origin"].contains(request.headers["sec-fetch-site"] ?? "none")
    }

    private func isOwn(_ called: String) -> Bool {
        let port = ":\(port)"
        guard called.hasSuffix(port) || self.port == 80 else { return false }
        let name = called.hasSuffix(port) ? String(called.dropLast(port.count)) : called
        let local = ["127.0.0.1", "localhost", "[::1]"]
        if names.contains(name.lowercased()) { return true }
        switch host {
        case "127.0.0.1", "::1": return local.contains(name.lowercased())
        // Every address of this machine: numbers cannot be made to point elsewhere.
        case "0.0.0.0", "::": return local.contains(name.lowercased()) || Self.isAddress(name)
        default: return name == shown(host)
        }
    }

    private static func isAddress(_ name: String) -> Bool {
        if name.hasPrefix("["), name.hasSuffix("]") { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    private func shown(_ host: String) -> String {
        func written(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
        return switch host {
        case "0.0.0.0": reachable.first { !$0.contains(":") } ?? "127.0.0.1"
        case "::": reachable.first.map(written) ?? "[::1]"
        default: written(host)
        }
    }

    private func shownToken(_ request: HTTPRequest) -> String? {
        if let field = request.headers["authorization"], field.hasPrefix("Bearer ") {
            return String(field.dropFirst(7))
        }
        for part in (request.headers["cookie"] ?? "").split(separator: ";") {
            let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
            let name = sides.first?.filter { $0 != " " }
            if name == Self.cookie, sides.count == 2 { return sides[1] }
        }
        return request.parameters["token"]
    }

    /// Compares in a time that does not tell how much is right.
    static func isEqual(_ a: String, _ b: String) -> Bool {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        var difference = UInt8(a.count == b.count ? 0 : 1)
        for index in b.indices { difference |= (index < a.count ? a[index] : 0) ^ b[index] }
        return difference == 0
    }

    /// Where a browser finds the pages.
    var address: String {
        let query = token.map { "?token=" + PercentCode.encoded($0) } ?? ""
        return "http://\(shown(host)):\(port)/\(query)"
    }

    /// The answer to a link with a token: the cookie, and the same address without it.
    func welcome(_ request: HTTPRequest) -> HTTPResponse? {
        guard token != nil, request.parameters["token"] != nil, request.method == "GET" else {
            return nil
        }
        let path = "/" + request.path.map(PercentCode.encoded).joined(separator: "/")
        var response = HTTPResponse.redirect(
            to: path + request.parameters.with("token", nil).query)
        let value = request.parameters["token"].map(PercentCode.encoded) ?? ""
        response.headers.append(
            ("Set-Cookie", "\(Self.cookie)=\(value); HttpOnly; SameSite=Strict; Path=/"))
        return response
    }

    /// A token that cannot be guessed: 32 hexadecimal digits.
    static func newToken() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
