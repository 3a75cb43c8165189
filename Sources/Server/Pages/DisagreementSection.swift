internal import Domain
internal import Reports
internal import RunStore

/// The test images on which compared runs disagree most, in an order that the address says.
struct DisagreementSection {
    let site: Site
    let runs: [RunID]
    let parameters: HTTPRequest.Parameters

    /// The most images that are shown unless all are asked for.
    private static let most = 20

    /// In what order they are, by its name in the address.
    private enum Order: String {
        /// The largest difference first, whatever its sign.
        case apart
        /// What is highest, or lowest, above the reference first.
        case higher, lower
        /// By the image's id.
        case image
    }

    private var order: Order { parameters["disagree"].flatMap(Order.init(rawValue:)) ?? .apart }
    private var showsAll: Bool { parameters["images"] == "all" }

    /// The section; nothing where the runs have tested no image together.
    func markup(from source: ReportSource) throws -> Markup {
        let found = try Disagreements(of: runs, from: source)
        guard !found.rows.isEmpty else { return .empty }
        let title = site.parts.vocabulary.measure(found.metric).title
        let shown = showsAll ? sorted(found.rows)[...] : sorted(found.rows).prefix(Self.most)
        let severalGroups = found.groups.count > 2
        let rows = shown.map { row -> [Markup] in
            let address = ImageAddress.page(
                row.referenceRun, row.image, beside: row.run, weights: source.request.weights)
            let link: Markup = "<a href=\"\(address)\">\(row.image)</a>"
            let group: [Markup] = severalGroups ? ["\(found.groups[row.group].name)"] : []
            let values: [Markup] = [
                "\(Words.share(row.reference))", "\(Words.share(row.value))",
                "\(Words.signed(row.difference))",
            ]
            return [link] + group + values
        }
        let reference = found.groups[0].name
        let other = severalGroups ? "the other" : found.groups[1].name
        var columns = [heading("Image", [.image])]
        if severalGroups { columns.append(DataTable.Column("Other")) }
        columns += [
            DataTable.Column("\(reference)", isNumber: true),
            DataTable.Column("\(other)", isNumber: true),
            heading("Difference", [.apart, .higher, .lower], isNumber: true),
        ]
        let order = Self.words(order)
        return """
            <h2>Images on which they disagree</h2>
            <p>\(title) of each test image that both have, mean over the runs of a setting; the difference is the \
            other's minus that of \(reference). \(order) An image's name leads to \
            both on one page. \(amount(of: found.rows.count))</p>
            \(DataTable(caption: "Images on which they disagree", columns: columns, rows: Array(rows)).markup)
            """
    }

    private func sorted(_ rows: [Disagreements.Row]) -> [Disagreements.Row] {
        switch order {
        case .apart: rows
        case .higher: rows.sorted { $0.difference > $1.difference }
        case .lower: rows.sorted { $0.difference < $1.difference }
        case .image: rows.sorted { $0.image < $1.image }
        }
    }

    private static func words(_ order: Order) -> Markup {
        switch order {
        case .apart: "Those farthest apart come first."
        case .higher: "Those come first where the other is higher."
        case .lower: "Those come first where the other is lower."
        case .image: .empty
        }
    }

    private func address(_ changes: [(String, String?)]) -> String {
        "/compare" + changes.reduce(parameters) { $0.with($1.0, $1.1) }.query + "#disagreement"
    }

    /// A heading that sorts: a further press takes the next of its orders.
    private func heading(
        _ title: String, _ orders: [Order], isNumber: Bool = false
    ) -> DataTable.Column {
        let place = orders.firstIndex(of: order)
        let next = place.map { orders[($0 + 1) % orders.count] } ?? orders[0]
        let target = address([("disagree", next == .apart ? nil : next.rawValue)])
        let sorting: String? =
            switch order {
            case .lower, .image: "ascending"
            case .higher: "descending"
            case .apart: "other"
            }
        return DataTable.Column(
            "<a href=\"\(target)\">\(title)</a>", isNumber: isNumber,
            order: place == nil ? nil : sorting)
    }

    private func amount(of count: Int) -> Markup {
        guard count > Self.most else { return .empty }
        return showsAll
            ? "All \(count) are shown; <a href=\"\(address([("images", nil)]))\">only \(Self.most)</a>."
            : """
            \(Self.most) of \(count) are shown; \
            <a href="\(address([("images", "all")]))">all</a>.
            """
    }
}
