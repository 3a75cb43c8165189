public import Foundation

/// Times of a file under one name; systems call the fields differently.
extension stat {
    /// When the content was last changed.
    public var modified: timespec {
        #if canImport(Darwin)
            st_mtimespec
        #else
            st_mtim
        #endif
    }

    /// When content or attributes were last changed.
    public var changed: timespec {
        #if canImport(Darwin)
            st_ctimespec
        #else
            st_ctim
        #endif
    }
}
