internal import Domain
internal import RunStore

/// Names and values as users write them, brought to the spelling of registries and store.
extension ReportVocabulary {
    /// A setting of training, as far as reports have to know it.
    public struct Setting: Sendable {
        /// What older runs were trained with: its default, as the store has it.
        public let standard: String
        /// What it may hold, in words.
        public let expected: String
        /// The value that a text writes, as the store has it; nil where the setting cannot have it.
        public let read: @Sendable (String) -> String?

        /// Makes a setting.
        public init(
            standard: String, expected: String, read: @escaping @Sendable (String) -> String?
        ) {
            self.standard = standard
            self.expected = expected
            self.read = read
        }
    }

    /// The axis that is meant: by its name, or by its heading in a table.
    ///
    /// - Parameter others: names of settings that only the store knows, asked for where needed.
    /// - Throws: `ReportError.unknownAxis`.
    func axis(
        _ text: String, others: () throws -> [String] = { [] },
        offering isOffered: (Axis) -> Bool = { _ in true }
    ) throws -> Axis {
        if settings[text] != nil { return Axis(text) }
        let known = (Axis.fixed + [.seed, .code]).map(\.name) + settings.keys.sorted()
        if known.contains(text) { return Axis(text) }
        let others = try others()
        if others.contains(text) { return Axis(text) }
        let plain = Self.plain(text)
        if let name = known.first(where: {
            Self.plain($0) == plain || Self.plain(Axis($0).title) == plain
        }) {
            return Axis(name)
        }
        let all = (known + others.filter { !known.contains($0) }).filter { isOffered(Axis($0)) }
        throw ReportError.unknownAxis(
            name: text, nearest: NearestName.close(to: text, in: all), known: all)
    }

    /// The value that is meant on an axis: `tv` for TV, `0.001` for 1.0e-3.
    ///
    /// - Parameter present: the values that there are; nil where that is not known.
    /// - Throws: `ReportError.unknownValue`, or `ReportError.badOption` for a value that no run can
    ///   have.
    func value(_ text: String, on axis: Axis, present: Set<String>?) throws -> String {
        let value = try read(text, on: axis, present: present ?? [])
        guard let present, !present.contains(value) else { return value }
        if let number = Double(value), let same = present.first(where: { Double($0) == number }) {
            return same
        }
        throw unknown(text, on: axis, among: present)
    }

    private func read(_ text: String, on axis: Axis, present: Set<String>) throws -> String {
        func number(_ expected: String) throws -> Double {
            guard let number = Self.number(text) else {
                throw ReportError.badOption(name: axis.name, found: text, expected: expected)
            }
            return number
        }
        switch axis {
        case .dataset, .model, .procedure, .loss:
            let terms = terms(of: axis)
            if present.contains(text) || terms.contains(where: { $0.name == text }) { return text }
            let plain = Self.plain(text)
            if let term = terms.first(where: {
                Self.plain($0.name) == plain || Self.plain($0.title) == plain
            }) {
                return term.name
            }
            if let same = present.first(where: { Self.plain(axis.text($0, in: self)) == plain }) {
                return same
            }
            if axis == .dataset, text.hasPrefix("folder:") { return text }
            throw unknown(text, on: axis, among: present.union(terms.map(\.name)))
        case .data: return text
        case .labels: return NumberFormat.short(try number("a percentage, such as 10"))
        case .seed:
            guard let seed = Int64(exactly: try number("a whole number, such as 1")) else {
                throw ReportError.badOption(
                    name: axis.name, found: text, expected: "a whole number, such as 1")
            }
            return Int64(text).map(String.init) ?? String(seed)
        default:
            guard let setting = settings[axis.name] else {
                return Self.number(text).map(NumberFormat.short) ?? text
            }
            guard let value = setting.read(text) else {
                throw ReportError.badOption(
                    name: axis.name, found: text, expected: setting.expected)
            }
            return value
        }
    }

    /// The metric that is meant: by its name, or by its heading in a table.
    ///
    /// - Throws: `ReportError.unknownMetric`.
    func measureName(_ text: String, others: () throws -> [String] = { [] }) throws -> String {
        let known = measures.map(\.name)
        if known.contains(text) || text.hasPrefix("class-f1/") { return text }
        let others = try others()
        if others.contains(text) { return text }
        let plain = Self.plain(text)
        if let measure = measures.first(where: {
            Self.plain($0.name) == plain || Self.plain($0.title) == plain
        }) {
            return measure.name
        }
        throw ReportError.unknownMetric(
            name: text, nearest: NearestName.close(to: text, in: known + others), known: known)
    }

    private func unknown(_ text: String, on axis: Axis, among values: Set<String>) -> ReportError {
        let sorted = values.sorted { axis.precedes($0, $1, in: self) }
        return .unknownValue(
            axis: axis.name, found: text, nearest: NearestName.close(to: text, in: sorted),
            known: sorted, elsewhere: kind(of: text, beside: axis)?.name)
    }

    /// The axis, other than `axis`, on which a name or heading is registered: APPAU-Net is a
    /// procedure, not a network.
    private func kind(of text: String, beside axis: Axis) -> Axis? {
        guard !terms(of: axis).isEmpty else { return nil }
        let plain = Self.plain(text)
        let isOwn = { (term: Term) in
            Self.plain(term.name) == plain || Self.plain(term.title) == plain
        }
        guard !terms(of: axis).contains(where: isOwn) else { return nil }
        return [Axis.model, .procedure, .loss, .dataset].first {
            $0 != axis && terms(of: $0).contains(where: isOwn)
        }
    }

    /// Decimal numbers only: `0x10`, `nan` and `inf` are texts.
    static func number(_ text: String) -> Double? {
        guard text.utf8.allSatisfy("0123456789.+-eE".utf8.contains) else { return nil }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    private static func plain(_ text: String) -> String {
        String(text.lowercased().map { $0 == " " || $0 == "_" ? "-" : $0 })
    }
}
