/// The rows of a group of settings, in their order and by name.
public struct SettingFields<Group: SettingGroup>: Sendable, Sequence, ExpressibleByArrayLiteral {
    private let rows: [SettingField<Group>]
    private let byName: [String: SettingField<Group>]

    /// These rows.
    public init(arrayLiteral rows: SettingField<Group>...) {
        self.rows = rows
        byName = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0) })
    }

    /// The row of that name.
    subscript(name: String) -> SettingField<Group>? { byName[name] }

    /// The rows in their order.
    public func makeIterator() -> some IteratorProtocol<SettingField<Group>> {
        rows.makeIterator()
    }
}
