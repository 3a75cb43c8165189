internal import Foundation
internal import Hashing

/// The header fields that every answer carries.
enum SafeHeaders {
    /// Nothing from elsewhere, nothing inline, no frames.
    static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    /// The referrer stays here but is not left out: without one a browser gives a form's origin as
    /// `null`, which the guard refuses.
    static let all = [
        ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
        ("Permissions-Policy", "interest-cohort=(), camera=(), microphone=(), geolocation=()"),
    ]

    /// The policy for a report, a page of one file: just its own style and script, by their digests.
    static func policy(style: String, script: String) -> String {
        policy.replacing("script-src 'self'", with: "script-src '\(source(script))'")
            .replacing("style-src 'self'", with: "style-src '\(source(style))'")
    }

    private static func source(_ text: String) -> String {
        let digits = Array(SHA256.hex(of: text))
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        return "sha256-" + Data(bytes).base64EncodedString()
    }
}
