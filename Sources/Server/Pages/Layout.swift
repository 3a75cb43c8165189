internal import Foundation

/// One page: its heading, and sections of which those with a name are kept up to date.
struct Page: Sendable {
    /// A part of a page. The browser replaces it where its content has changed.
    struct Section: Sendable {
        /// Its id in the page.
        let name: String
        let content: Markup

        /// Another one for other content (FNV-1a).
        var mark: String {
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in content.text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            return String(hash, radix: 16)
        }
    }

    let title: String
    /// The item of the navigation that this page belongs to.
    var area: Area?
    var sections: [Section]
    var status = 200

    init(_ title: String, area: Area? = nil, status: Int = 200, sections: [Section]) {
        self.title = title
        self.area = area
        self.status = status
        self.sections = sections
    }

    /// The mark of each section by its name.
    var marks: [String: String] {
        Dictionary(sections.map { ($0.name, $0.mark) }, uniquingKeysWith: { first, _ in first })
    }

    /// The parts of the site that the navigation names.
    enum Area: String, CaseIterable {
        case runs, experiments, compare, reports, sql

        var path: String { self == .runs ? "/" : "/" + rawValue }
        var title: String {
            switch self {
            case .runs: "Runs"
            case .experiments: "Sweeps"
            case .compare: "Compare"
            case .reports: "Reports"
            case .sql: "SQL"
            }
        }
    }

    /// The whole page.
    ///
    /// - Parameters:
    ///   - store: name of the store's file, for the head of the page.
    ///   - address: the page's path and query, by which its sections are kept up to date.
    func html(store: String, address: String) -> String {
        let items = Area.allCases.map { area -> Markup in
            let current: Markup = area == self.area ? " aria-current=\"page\"" : ""
            return "<li><a href=\"\(area.path)\"\(current)>\(area.title)</a></li>"
        }
        let parts = sections.map { section -> Markup in
            "<section id=\"\(section.name)\" data-mark=\"\(section.mark)\">\n\(section.content)\n</section>"
        }
        let page: Markup = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title) · Lightbox</title>
            <link rel="stylesheet" href="/style.css">
            <link rel="icon" href="/favicon.ico">
            <script src="/page.js" defer></script>
            </head>
            <body data-address="\(address)">
            <a class="skip" href="#content">To the content</a>
            <header>
            <nav aria-label="Lightbox">
            <a class="brand" href="/">Lightbox</a>
            <ul>
            \(items)
            </ul>
            </nav>
            <p class="store"><span id="connection" role="status"></span>\(store)</p>
            </header>
            <main id="content">
            <h1>\(title)</h1>
            \(parts)
            </main>
            </body>
            </html>

            """
        return page.text
    }
}
