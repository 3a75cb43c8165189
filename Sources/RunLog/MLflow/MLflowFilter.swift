internal import Domain
internal import RunStore

/// Reads the filters and orders of MLflow's searches: conditions joined by `AND`, each of a subject, a
/// comparison and a value.
///
///     metrics.loss < 0.5 AND params.`my net` LIKE 'U%' AND status IN ('FINISHED', 'RUNNING')
struct MLflowFilter {
    /// What is searched.
    enum Kind { case runs, experiments, models }

    /// Bytes of a filter at most, and its conditions.
    private static let longest = 16_384, mostConditions = 64, mostOrders = 16
    private static let mostEntries = 1000

    private var tokens: ArraySlice<Token>
    private let kind: Kind

    // MARK: Questions

    /// What a search is given besides where to look.
    static func question(
        _ fields: MLflowFields, of kind: Kind, largest: Int64, standard: Int64
    ) throws(MLflowFault) -> TrackedQuestion {
        let limit = try fields.whole("max_results", in: 1...largest) ?? standard
        let offset = try fields.name("page_token").map(self.offset) ?? 0
        let orders = try fields.texts("order_by")
        guard orders.count <= mostOrders else {
            throw fields.bad("order_by", "\(orders.count) keys", "\(mostOrders) at most")
        }
        var order: [TrackedOrder] = []
        for text in orders { order.append(try Self.order(text, of: kind)) }
        return TrackedQuestion(
            conditions: try conditions(try fields.text("filter") ?? "", of: kind), order: order,
            limit: Int(limit), offset: offset)
    }

    /// Where a page begins.
    static func offset(_ token: String) throws(MLflowFault) -> Int {
        guard let offset = Int(token), (0...(1 << 53)).contains(offset) else {
            throw MLflowFault(
                .invalid, "\"page_token\" is '\(token.prefix(40))'; expected one of an answer")
        }
        return offset
    }

    /// Which of the deleted are wanted.
    static func stage(
        _ fields: MLflowFields, _ name: String
    ) throws(MLflowFault) -> TrackedQuestion.Stage {
        switch try fields.name(name) {
        case nil, "ACTIVE_ONLY", "1": return .active
        case "DELETED_ONLY", "2": return .deleted
        case "ALL", "3": return .all
        case let other?:
            throw fields.bad(name, "'\(other.prefix(40))'", "ACTIVE_ONLY, DELETED_ONLY or ALL")
        }
    }

    /// The conditions of a filter; none for an empty one.
    static func conditions(_ text: String, of kind: Kind) throws(MLflowFault) -> [TrackedCondition]
    {
        var filter = MLflowFilter(tokens: try tokens(of: text)[...], kind: kind)
        var conditions: [TrackedCondition] = []
        if filter.tokens.isEmpty { return [] }
        repeat {
            conditions.append(try filter.condition())
            guard conditions.count <= mostConditions else {
                throw fault("more than \(mostConditions) conditions", "\(mostConditions) at most")
            }
        } while filter.skip(word: "AND")
        guard filter.tokens.isEmpty else { throw filter.unexpected("AND, or the end") }
        return conditions
    }

    /// One key of an order, such as `metrics.loss ASC`.
    static func order(_ text: String, of kind: Kind) throws(MLflowFault) -> TrackedOrder {
        var filter = MLflowFilter(tokens: try tokens(of: text)[...], kind: kind)
        let subject = try filter.subject()
        let isAscending = !filter.skip(word: "DESC")
        if isAscending { _ = filter.skip(word: "ASC") }
        guard filter.tokens.isEmpty else { throw filter.unexpected("ASC, DESC, or the end") }
        return TrackedOrder(subject, isAscending: isAscending)
    }

    // MARK: Conditions

    private mutating func condition() throws(MLflowFault) -> TrackedCondition {
        let subject = try subject()
        if skip(word: "IS") {
            let isMissing = !skip(word: "NOT")
            guard skip(word: "NULL") else { throw unexpected("NULL") }
            return TrackedCondition(subject, .missing(isMissing))
        }
        let isNumber = Self.isNumber(subject)
        for (word, ignoresCase) in [("LIKE", false), ("ILIKE", true)] where skip(word: word) {
            guard !isNumber else {
                throw Self.fault("\(word) of a number", "=, !=, <, <=, > or >=")
            }
            return TrackedCondition(subject, .like(try text(), ignoresCase: ignoresCase))
        }
        let isNot = skip(word: "NOT")
        if isNot || isNext(word: "IN") {
            guard skip(word: "IN") else { throw unexpected("IN") }
            guard case .attribute(let attribute) = subject, !attribute.isTime else {
                throw Self.fault(
                    "IN of something else", "a text that every run has, such as run_id")
            }
            return TrackedCondition(subject, .oneOf(try list(), isIn: !isNot))
        }
        guard case .comparison(let comparison)? = tokens.first else {
            throw unexpected("=, !=, <, <=, >, >=, LIKE, ILIKE, IN, NOT IN or IS")
        }
        tokens.removeFirst()
        if isNumber { return TrackedCondition(subject, .number(comparison, try number())) }
        guard comparison == .equal || comparison == .unequal else {
            throw Self.fault("'\(comparison.rawValue)' of a text", "=, !=, LIKE or ILIKE")
        }
        return TrackedCondition(subject, .text(comparison, try text()))
    }

    private static func isNumber(_ subject: TrackedSubject) -> Bool {
        switch subject {
        case .metric: true
        case .attribute(let attribute): attribute.isTime
        case .parameter, .tag: false
        }
    }

    private static let groups: [String: String] = [
        "metric": "metrics", "metrics": "metrics", "param": "params", "params": "params",
        "parameter": "params", "parameters": "params", "tag": "tags", "tags": "tags",
        "attribute": "attributes", "attributes": "attributes", "attr": "attributes",
        "run": "attributes", "datasets": "datasets", "dataset": "datasets",
    ]

    private mutating func subject() throws(MLflowFault) -> TrackedSubject {
        guard case .name(let name)? = tokens.first else {
            throw unexpected("metrics.x, params.x, tags.x or attributes.x")
        }
        tokens.removeFirst()
        guard tokens.first == .point else { return .attribute(try attribute(name)) }
        tokens.removeFirst()
        var key = try self.name()
        // The tag `mlflow.user` has a point of its own.
        while tokens.first == .point {
            tokens.removeFirst()
            key += "." + (try self.name())
        }
        return try subject(Self.groups[name.lowercased()] ?? name, key)
    }

    private mutating func name() throws(MLflowFault) -> String {
        guard case .name(let name)? = tokens.first else {
            throw unexpected("a name behind the point")
        }
        tokens.removeFirst()
        return name
    }

    private func subject(_ group: String, _ key: String) throws(MLflowFault) -> TrackedSubject {
        switch (group, kind) {
        case ("attributes", _): return .attribute(try attribute(key))
        case ("metrics", .runs): return .metric(key)
        case ("params", .runs): return .parameter(key)
        case ("tags", .runs): return .tag(key)
        case ("datasets", _):
            throw MLflowFault(.notImplemented, "runs are not searched by their data sets here")
        case ("tags", .experiments):
            throw MLflowFault(.notImplemented, "experiments have no tags here")
        default:
            throw Self.fault(
                "'\(group.prefix(40))'",
                kind == .runs ? "metrics, params, tags or attributes" : "attributes")
        }
    }

    /// Other names of attributes.
    private static let aliases: [String: TrackedAttribute] = [
        "run name": .runName, "Run name": .runName, "Run Name": .runName, "Created": .startTime,
        "created": .startTime, "user": .userID, "User": .userID, "run id": .runID,
        "start time": .startTime, "end time": .endTime,
    ]

    /// What models are found by: their name, and the run that made them.
    private static let ofModels: [String: TrackedAttribute] = [
        "name": .name, "source_run_id": .runID,
    ]

    private func attribute(_ name: String) throws(MLflowFault) -> TrackedAttribute {
        if kind == .models {
            if let found = Self.ofModels[name] { return found }
            throw Self.fault("'\(name.prefix(40))'", "name or source_run_id")
        }
        let known = TrackedAttribute.allCases.filter {
            kind == .runs ? $0.isOfRuns && $0 != .experimentID : $0.isOfExperiments
        }
        if let found = known.first(where: { $0.rawValue == name }) { return found }
        if kind == .runs, let found = Self.aliases[name] { return found }
        let names = known.map(\.rawValue)
        throw MLflowFault(
            .invalid,
            "unknown attribute '\(name.prefix(60))'"
                + (NearestName.close(to: name, in: names).map { "; did you mean '\($0)'?" }
                    ?? "; expected " + names.joined(separator: ", ")))
    }

    // MARK: Values

    private mutating func text() throws(MLflowFault) -> String {
        guard case .text(let text)? = tokens.first else { throw unexpected("a text in quotes") }
        tokens.removeFirst()
        return text
    }

    private mutating func number() throws(MLflowFault) -> Double {
        guard case .number(let number)? = tokens.first else { throw unexpected("a number") }
        tokens.removeFirst()
        return number
    }

    private mutating func list() throws(MLflowFault) -> [String] {
        guard tokens.first == .open else { throw unexpected("a list in parentheses") }
        tokens.removeFirst()
        var texts: [String] = []
        while true {
            texts.append(try text())
            guard texts.count <= Self.mostEntries else {
                throw Self.fault("a longer list", "\(Self.mostEntries) entries at most")
            }
            let token = tokens.popFirst()
            if token == .close { return texts }
            guard token == .comma else { throw Self.fault("a list without its end", "',' or ')'") }
        }
    }

    // MARK: Words

    private func isNext(word: String) -> Bool {
        guard case .name(let name)? = tokens.first else { return false }
        return name.uppercased() == word
    }

    private mutating func skip(word: String) -> Bool {
        guard isNext(word: word) else { return false }
        tokens.removeFirst()
        return true
    }

    private func unexpected(_ expected: String) -> MLflowFault {
        Self.fault(tokens.first.map { "'\($0.words)'" } ?? "the end", expected)
    }

    private static func fault(_ found: String, _ expected: String) -> MLflowFault {
        MLflowFault(.invalid, "the filter or order has \(found); expected \(expected)")
    }

    // MARK: Tokens

    private enum Token: Equatable {
        case name(String), text(String), number(Double)
        case comparison(TrackedTest.Comparison)
        case point, comma, open, close

        var words: String {
            switch self {
            case .name(let text), .text(let text): String(text.prefix(40))
            case .number(let number): "\(number)"
            case .comparison(let comparison): comparison.rawValue
            case .point: "."
            case .comma: ","
            case .open: "("
            case .close: ")"
            }
        }
    }

    private static let signs: [UInt8: Token] = [
        UInt8(ascii: "."): .point, UInt8(ascii: ","): .comma, UInt8(ascii: "("): .open,
        UInt8(ascii: ")"): .close,
    ]

    /// Cuts a text into its tokens.
    private static func tokens(of text: String) throws(MLflowFault) -> [Token] {
        let bytes = Array(text.utf8)
        guard bytes.count <= longest else {
            throw fault("\(bytes.count) bytes", "\(longest) at most")
        }
        var tokens: [Token] = []
        var index = 0
        while index < bytes.count {
            let start = index
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            case let byte where signs[byte] != nil:
                if let sign = signs[byte] { tokens.append(sign) }
                index += 1
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
                let quoted = try Self.quoted(bytes, &index)
                tokens.append(isName(bytes[start], tokens) ? .name(quoted.composed) : .text(quoted))
            case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"):
                tokens.append(.comparison(try comparison(bytes, &index)))
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"):
                tokens.append(try numberOrName(bytes, &index, after: tokens))
            default: tokens.append(.name(try name(bytes, &index).composed))
            }
        }
        return tokens
    }

    /// A double quote stands around a name behind a point, and around a text elsewhere.
    private static func isName(_ quote: UInt8, _ before: [Token]) -> Bool {
        if quote == UInt8(ascii: "`") { return true }
        return quote == UInt8(ascii: "\"") && (before.last == .point || before.isEmpty)
    }

    /// A text in quotes; a quote that is written twice is one.
    private static func quoted(_ bytes: [UInt8], _ index: inout Int) throws(MLflowFault) -> String {
        let quote = bytes[index]
        var found: [UInt8] = []
        index += 1
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard byte == quote else {
                found.append(byte)
                continue
            }
            guard index < bytes.count, bytes[index] == quote else {
                return String(decoding: found, as: UTF8.self)
            }
            found.append(quote)
            index += 1
        }
        throw fault("a quote without its end", "another \(String(UnicodeScalar(quote)))")
    }

    private static func comparison(
        _ bytes: [UInt8], _ index: inout Int
    ) throws(MLflowFault) -> TrackedTest.Comparison {
        for length in [2, 1] where index + length <= bytes.count {
            let text = String(decoding: bytes[index..<index + length], as: UTF8.self)
            guard let found = TrackedTest.Comparison(rawValue: text == "<>" ? "!=" : text) else {
                continue
            }
            index += length
            return found
        }
        throw fault("'!'", "!=")
    }

    private static func word(_ bytes: [UInt8], _ index: inout Int) -> String {
        let start = index
        while index < bytes.count, isWord(bytes[index]) { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// Letters, digits and what names of metrics may hold, bytes of other scripts included.
    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
            true
        default: "_-/:".utf8.contains(byte)
        }
    }

    /// A name without a point.
    private static func name(_ bytes: [UInt8], _ index: inout Int) throws(MLflowFault) -> String {
        let start = index
        let first = word(bytes, &index)
        guard !first.isEmpty else {
            let sign = String(decoding: bytes[start...].prefix(4), as: UTF8.self)
            throw fault("'\(sign)'", "a name, a comparison or a value")
        }
        return first
    }

    private static func numberOrName(
        _ bytes: [UInt8], _ index: inout Int, after tokens: [Token]
    ) throws(MLflowFault) -> Token {
        // Behind a point a name may begin with a digit.
        if tokens.last == .point { return .name(try name(bytes, &index)) }
        let start = index
        let isPart: (UInt8) -> Bool = { byte in
            isWord(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "+")
        }
        while index < bytes.count, isPart(bytes[index]) { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        let digits = text.drop { "+-".contains($0) }
        guard digits.first?.isNumber == true, !digits.contains("x"), let number = Double(text),
            number.isFinite
        else {
            throw fault("'\(text.prefix(40))'", "a number")
        }
        return .number(number)
    }
}
