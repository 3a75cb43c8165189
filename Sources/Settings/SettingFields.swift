/// The rows of a group of settings, in their order and by name.
///
/// Neither the group nor its rows ask what `Group` conforms to: a program that starts would look each
/// conformance up, among all that it has.
public struct SettingFields<Group>: Sendable, ExpressibleByArrayLiteral {
    let rows: [SettingField<Group>]
    /// The rows' names: a grid of thousands of cells looks rows up, and texts are found without copies.
    private let names: [String]

    /// These rows.
    public init(arrayLiteral rows: SettingField<Group>...) {
        self.rows = rows
        names = rows.map { $0.name }
    }

    /// The row of that name.
    subscript(name: String) -> SettingField<Group>? { names.firstIndex(of: name).map { rows[$0] } }
}
