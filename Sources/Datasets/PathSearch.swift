import Foundation

extension URL {
    /// True when a file or folder is there; a link counts even where it leads nowhere, so that
    /// reading it tells why.
    var isThere: Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// What keeps this path from being looked at, such as "Permission denied"; nil when nothing
    /// does or nothing is there.
    var obstacle: String? {
        var status = stat()
        guard stat(path, &status) != 0, errno != ENOENT, errno != ENOTDIR else { return nil }
        return String(cString: strerror(errno))
    }

    /// What keeps this folder from being listed, nil when nothing does.
    var lock: String? {
        guard let folder = opendir(path) else { return String(cString: strerror(errno)) }
        closedir(folder)
        return nil
    }

    /// The item `path` below this folder ("." is the folder itself), nil when it is not there.
    /// A name that is not there as spelled is taken in other capitals.
    func item(_ path: String) -> URL? {
        var place = self
        for name in path.split(separator: "/").map(String.init) where name != "." {
            let exact = place.appendingPathComponent(name)
            if exact.isThere {
                place = exact
                continue
            }
            let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
            let wanted = name.lowercased()
            guard let near = names.sorted().first(where: { $0.lowercased() == wanted }) else {
                return nil
            }
            place = place.appendingPathComponent(near)
        }
        return place
    }

    /// The item `path` below this folder, else the place where it was expected.
    func expected(_ path: String) -> URL {
        item(path) ?? (path == "." ? self : appendingPathComponent(path))
    }
}
