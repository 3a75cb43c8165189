internal import Foundation

extension String {
    /// The one spelling of a name that Unicode can write in several ways: its form C. SQL, files and
    /// other programs hold two spellings for two names, Swift for one.
    package var composed: String {
        utf8.allSatisfy { $0 < 0x80 } ? self : precomposedStringWithCanonicalMapping
    }
}
