internal import Domain
internal import RunStore

/// What a call was given: the members of its JSON, or of its query, each read with its type checked.
///
/// Numbers may be texts, as the JSON of protocol buffers writes those of 64 bits.
struct MLflowFields {
    private let members: [String: JSONValue]
    /// Of what these are the members, for sentences: `a metric`.
    private let place: String
    /// How the call was called, and the parts of its path behind the call's own.
    var method = "", rest: [String] = []

    init(_ members: [String: JSONValue], of place: String = "the call") {
        self.members = members
        self.place = place
    }

    /// The members of a body; an empty one has none.
    init(body: [UInt8]) throws(MLflowFault) {
        if body.isEmpty {
            self.init([:])
            return
        }
        guard String(validating: body, as: UTF8.self) != nil else {
            throw MLflowFault(.bad, "the body is no UTF-8")
        }
        do {
            guard case .object(let members) = try JSONLine.value(body) else {
                throw MLflowFault(.bad, "the body is no JSON object")
            }
            self.init(members)
        } catch let fault as MLflowFault {
            throw fault
        } catch JSONLine.Problem.twice(let key) {
            throw MLflowFault(.bad, "the key '\(key.prefix(60))' stands twice in one object")
        } catch JSONLine.Problem.large(let number) {
            throw MLflowFault(.bad, "the number \(number.prefix(60)) is too large for 64 bits")
        } catch JSONLine.Problem.syntax(let byte) {
            throw MLflowFault(.bad, "the body is no JSON at byte \(byte)")
        } catch {
            throw MLflowFault(.bad, "the body is no JSON")
        }
    }

    /// The members of a query; a name that comes more than once is a list.
    init(query: [(name: String, value: String)]) {
        var members: [String: JSONValue] = [:]
        for (name, value) in query {
            switch members[name] {
            case .list(let values): members[name] = .list(values + [.text(value)])
            case let known?: members[name] = .list([known, .text(value)])
            case nil: members[name] = .text(value)
            }
        }
        self.init(members)
    }

    // MARK: Values

    /// A text; nil where it is left out or null.
    func text(_ name: String) throws(MLflowFault) -> String? {
        switch members[name] {
        case nil, .null: return nil
        case .text(let text):
            guard text.utf8.count <= LogLine.longestText, !text.utf8.contains(0) else {
                throw bad(
                    name, "\(text.utf8.count) bytes",
                    "\(LogLine.longestText) at most, none of them 0")
            }
            return text
        case .integer(let number)?: return String(number)
        case let other?: throw bad(name, Self.words(other), "a text")
        }
    }

    /// A text that has to be there.
    func requiredText(_ name: String) throws(MLflowFault) -> String {
        guard let text = try text(name), !text.isEmpty else {
            throw bad(name, "missing", "a text")
        }
        return text
    }

    /// A name: 1 to 250 bytes without control characters, in the one spelling of Unicode's form C.
    func requiredName(_ name: String, longest: Int = LogLine.longestName) throws(MLflowFault)
        -> String
    {
        try checked(name: try requiredText(name), name, longest: longest)
    }

    /// A name, or nil where it is left out; the empty text is no name.
    func name(_ name: String, longest: Int = LogLine.longestName) throws(MLflowFault) -> String? {
        guard let text = try text(name), !text.isEmpty else { return nil }
        return try checked(name: text, name, longest: longest)
    }

    private func checked(
        name text: String, _ field: String, longest: Int
    ) throws(MLflowFault) -> String {
        let text = text.composed
        guard text.utf8.count <= longest,
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else {
            throw bad(
                field, "'\(text.prefix(40))' of \(text.utf8.count) bytes",
                "1 to \(longest) bytes without control characters")
        }
        return text
    }

    /// A whole number of a range; nil where it is left out.
    func whole(
        _ name: String, in range: ClosedRange<Int64>
    ) throws(MLflowFault) -> Int64? {
        let found: Int64?
        switch members[name] {
        case nil, .null: return nil
        case .integer(let number): found = number
        case .text(let text): found = Int64(text)
        default: found = nil
        }
        guard let found, range.contains(found) else {
            throw bad(
                name, members[name].map(Self.words) ?? "missing",
                "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return found
    }

    /// A number, which may be `NaN` or infinite.
    func requiredNumber(_ name: String) throws(MLflowFault) -> Double {
        switch members[name] {
        case .integer(let number): return Double(number)
        case .number(let number): return number
        case .text(let text):
            if let number = Self.special[text.lowercased()] { return number }
            if let number = Double(text), number.isFinite { return number }
        default: break
        }
        throw bad(name, members[name].map(Self.words) ?? "missing", "a number")
    }

    private static let special: [String: Double] = [
        "nan": .nan, "infinity": .infinity, "inf": .infinity, "-infinity": -.infinity,
        "-inf": -.infinity,
    ]

    /// Texts of a list, or the one text that a query has; none where it is left out.
    func texts(_ name: String) throws(MLflowFault) -> [String] {
        switch members[name] {
        case nil, .null: return []
        case .text(let text): return [text]
        case .list(let values):
            var texts: [String] = []
            for value in values {
                switch value {
                case .text(let text): texts.append(text)
                case .integer(let number): texts.append(String(number))
                default: throw bad(name, Self.words(value), "texts")
                }
            }
            return texts
        case let other?: throw bad(name, Self.words(other), "a list of texts")
        }
    }

    /// Objects of a list, each `what`; none where it is left out.
    func objects(_ name: String, _ what: String, most: Int) throws(MLflowFault) -> [MLflowFields] {
        let values: [JSONValue]
        switch members[name] {
        case nil, .null: return []
        case .list(let list): values = list
        case let other?: throw bad(name, Self.words(other), "a list")
        }
        guard values.count <= most else {
            throw bad(name, "\(values.count) entries", "\(most) at most")
        }
        var objects: [MLflowFields] = []
        objects.reserveCapacity(values.count)
        for value in values {
            guard case .object(let members) = value else {
                throw bad(name, Self.words(value), "objects")
            }
            objects.append(MLflowFields(members, of: what))
        }
        return objects
    }

    /// The members of an object; nil where it is left out.
    func object(_ name: String, _ what: String) throws(MLflowFault) -> MLflowFields? {
        switch members[name] {
        case nil, .null: return nil
        case .object(let members): return MLflowFields(members, of: what)
        case let other?: throw bad(name, Self.words(other), "an object")
        }
    }

    // MARK: What several calls share

    /// The number of a run, by either of its names.
    func runID() throws(MLflowFault) -> String {
        if let id = try name("run_id") { return id }
        return try requiredName(members["run_uuid"] == nil ? "run_id" : "run_uuid")
    }

    /// The value of a curve.
    func point() throws(MLflowFault) -> LoggedPoint {
        let key = try requiredName("key")
        let step = try whole("step", in: 0...(1 << 53)) ?? 0
        let time = try whole("timestamp", in: Self.times)
        return LoggedPoint(
            key: key, axis: .step, position: Int(step), value: try requiredNumber("value"),
            time: time.flatMap(MLflowWords.date))
    }

    /// Milliseconds since 1970, of the years that dates have.
    static let times: ClosedRange<Int64> = 0...253_402_300_799_999

    /// Names and texts of a list of settings or tags; of two of one name the last counts.
    func pairs(_ name: String, _ what: String, most: Int) throws(MLflowFault) -> [String: String] {
        var pairs: [String: String] = [:]
        for object in try objects(name, what, most: most) {
            pairs[try object.requiredName("key")] = try object.text("value") ?? ""
        }
        return pairs
    }

    func bad(_ name: String, _ found: String, _ expected: String) -> MLflowFault {
        MLflowFault(.invalid, "\"\(name)\" of \(place) is \(found); expected \(expected)")
    }

    private static func words(_ value: JSONValue) -> String {
        let text = value.canonicalJSON
        return String(text.prefix(40)) + (text.count > 40 ? "…" : "")
    }
}
