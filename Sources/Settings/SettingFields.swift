/// The rows of a group of settings, in their order.
///
/// Neither the group nor its rows ask what `Group` conforms to: a program that starts would look
/// each conformance up, among all that it has.
public struct SettingFields<Group>: Sendable, ExpressibleByArrayLiteral {
    let rows: [SettingField<Group>]

    /// These rows.
    public init(arrayLiteral rows: SettingField<Group>...) { self.rows = rows }

    /// The row of that name; groups are small.
    subscript(name: String) -> SettingField<Group>? { rows.first { $0.name == name } }
}
