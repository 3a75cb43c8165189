internal import Domain

/// Values by names within names, as W&B's settings, summaries and values of a step are: it sets and takes
/// back any of them by the path that leads there, one at a time.
///
/// A class, so that a value deep in a large group is set without a copy of the group.
final class WandBValues {
    /// Names in a path at most; what W&B writes has as many as its JSON has levels.
    static let deepest = 128
    /// Bytes of a name at most, with the points between.
    static let longestName = LogLine.longestName

    private var value: JSONValue?
    private var members: [String: WandBValues] = [:]

    /// Sets a value, and takes back what was there; nil sets none. Members of an object become values
    /// themselves.
    func set(_ path: ArraySlice<String>, to value: JSONValue?) {
        guard let name = path.first else {
            members = [:]
            self.value = value
            guard case .object(let parts)? = value, !parts.isEmpty else { return }
            self.value = nil
            for (name, part) in parts { member(name).set([], to: part) }
            return
        }
        if value != nil { self.value = nil }
        if path.count == 1, value == nil {
            members[name] = nil
        } else if value != nil || members[name] != nil {
            member(name).set(path.dropFirst(), to: value)
        }
    }

    /// The value at a name; nil where there is none or a group.
    subscript(name: String) -> JSONValue? { members[name]?.value }

    /// Calls `body` with each value and its name, `model.width` of one in a group, in the order of names,
    /// and returns how many values or groups have a name that is too long or none.
    func forEach(except own: Set<String> = [], _ body: (String, JSONValue) -> Void) -> Int {
        members.sorted { $0.key < $1.key }.reduce(0) { count, member in
            if own.contains(member.key) { return count }
            return count + member.value.visit(member.key, body)
        }
    }

    private func visit(_ name: String, _ body: (String, JSONValue) -> Void) -> Int {
        guard !name.isEmpty, name.utf8.count <= Self.longestName else { return 1 }
        if let value { body(name, value) }
        // What says of itself what it is, as media do, is a value, whether it was set as a whole or by parts.
        if case .text? = self["_type"] {
            body(name, whole)
            return 0
        }
        return members.sorted { $0.key < $1.key }.reduce(0) {
            $0 + $1.value.visit(name + "." + $1.key, body)
        }
    }

    private var whole: JSONValue { value ?? .object(members.mapValues(\.whole)) }

    private func member(_ name: String) -> WandBValues {
        if let found = members[name] { return found }
        let new = WandBValues()
        members[name] = new
        return new
    }
}
