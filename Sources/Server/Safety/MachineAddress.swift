internal import Foundation

/// The addresses by which other machines reach this one.
enum MachineAddress {
    /// Numbers of the interfaces that are up, those of IPv4 first; none of the machine to itself, and
    /// none that hold on one cable only.
    static func all() -> [String] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: [String] = []
        var next = list
        while let item = next?.pointee {
            next = item.ifa_next
            let flags = Int(item.ifa_flags)
            guard let address = item.ifa_addr, flags & Int(IFF_UP) != 0,
                flags & Int(IFF_LOOPBACK) == 0, let text = text(of: address),
                !found.contains(text)
            else { continue }
            found.append(text)
        }
        return found.filter { !$0.contains(":") } + found.filter { $0.contains(":") }
    }

    private static func text(of address: UnsafeMutablePointer<sockaddr>) -> String? {
        let family = Int32(address.pointee.sa_family)
        let size =
            family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
        guard family == AF_INET || family == AF_INET6 else { return nil }
        var name = [CChar](repeating: 0, count: 64)
        let status = getnameinfo(
            address, socklen_t(size), &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST)
        guard status == 0 else { return nil }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let text = String(decoding: bytes, as: UTF8.self)
        let isLocal = text.hasPrefix("169.254.") || text.lowercased().hasPrefix("fe80:")
        return isLocal || text.contains("%") ? nil : text
    }
}
