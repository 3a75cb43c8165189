import Documents
import Domain
import Settings
import Yams

extension YAMLText {
    /// The root of the one document in `text`, or nil where it is empty.
    ///
    /// `place` makes the place of a complaint from its line and column.
    static func root(of text: String, place: (Int, Int) -> Place) throws -> Node? {
        do throws(YAMLFault) {
            return try root(of: text, as: "an experiment")
        } catch {
            throw SpecError.syntax(at: place(error.line, error.column), problem: error.problem)
        }
    }
}

extension Node {
    /// The values that this node lists for an axis: a scalar is one value, a sequence several.
    ///
    /// Where one value of the kind may be a list itself, a sequence of as many scalars as one has is
    /// one value, and a sequence in which there are sequences several. Nil where the node has another
    /// form.
    func axisValues(
        of kind: SettingKind?, place: (Node) -> Place,
        text: (Node) -> String? = { $0.scalarText }
    ) -> [Written]? {
        switch self {
        case .scalar: return text(self).map { [Written(text: $0, at: place(self))] }
        case .sequence(let nodes):
            func listText(_ node: Node) -> String? {
                guard case .sequence(let nodes) = node, !nodes.isEmpty,
                    kind?.isOneValue(listOf: nodes.count) == true
                else { return nil }
                let texts = nodes.compactMap(\.scalarText)
                return texts.count == nodes.count ? "[\(texts.joined(separator: ","))]" : nil
            }
            if let list = listText(self) {
                return [Written(text: list, at: place(self))]
            }
            var values: [Written] = []
            values.reserveCapacity(nodes.count)
            for node in nodes {
                guard let value = listText(node) ?? text(node) else {
                    return nil
                }
                values.append(Written(text: value, at: place(node)))
            }
            return values.isEmpty ? nil : values
        default: return nil
        }
    }

    /// The text of a scalar that is for a program: one that is quoted stays a text.
    var freeText: String? {
        guard case .scalar(let scalar) = self else { return nil }
        let isQuoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
        return isQuoted ? Cell.freeText(.text(scalar.string)) : scalar.string
    }
}
