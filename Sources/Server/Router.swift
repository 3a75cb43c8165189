internal import Foundation
internal import Reports
internal import RunLog
internal import RunStore

/// Which request gets which page.
struct Router: Sendable {
    let site: Site
    let guardian: RequestGuard
    let news: News
    var tracking = TrackingRoutes(api: nil)

    /// What becomes of the body of a request with that head: whoever may not ask is told so before a
    /// body is read.
    func admit(_ head: HTTPHead) async -> HTTPConnection.Admission {
        guard TrackingRoutes.place(head.path) != nil else { return .memory }
        do {
            try guardian.check(
                HTTPRequest(
                    method: head.method, path: head.path, parameters: head.parameters,
                    headers: head.headers, keepsAlive: head.keepsAlive))
            let draft = try await Worker.run {
                try tracking.draft(method: head.method, path: head.path)
            }
            return draft.map { HTTPConnection.Admission.file($0) } ?? .memory
        } catch {
            return .refused(refusal(error))
        }
    }

    /// The answer to a call of MLflow's API.
    private func answer(_ request: HTTPRequest, at place: TrackingRoutes.Place) async
        -> HTTPResponse
    {
        do {
            try guardian.check(request)
            return finished(try await Worker.run { try tracking.answer(request, at: place) })
        } catch {
            return refusal(error)
        }
    }

    private func refusal(_ error: any Error) -> HTTPResponse {
        if let fault = error as? MLflowFault { return finished(TrackingRoutes.refusal(fault)) }
        return finished(TrackingRoutes.refusal(Self.fault(error)))
    }

    /// The answer to a request, a refusal included.
    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        if let place = TrackingRoutes.place(request.path) {
            return await answer(request, at: place)
        }
        do {
            try guardian.check(request)
            if let welcome = guardian.welcome(request) { return finished(welcome) }
            if request.path == ["events"] { return finished(events(request)) }
            return finished(try await Worker.run { try respond(request) })
        } catch {
            return refuse(Self.fault(error))
        }
    }

    /// The page that says why there is none.
    func refuse(_ fault: HTTPFault) -> HTTPResponse {
        let page = Page(
            HTTPFault.phrase(fault.status), status: fault.status,
            sections: [
                .init(
                    name: "fault",
                    content:
                        "<p role=\"alert\">\(fault.reason.prefix(1).uppercased() + fault.reason.dropFirst()).</p>"
                )
            ])
        return finished(
            HTTPResponse(
                status: fault.status, type: "text/html",
                text: page.html(store: site.name, address: "")))
    }

    /// Every answer carries the same protection.
    private func finished(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headers += SafeHeaders.all
        func has(_ name: String) -> Bool { response.headers.contains { $0.name == name } }
        if !has("Content-Security-Policy") {
            response.headers.append(("Content-Security-Policy", SafeHeaders.policy))
        }
        if !has("Cache-Control") { response.headers.append(("Cache-Control", "no-store")) }
        return response
    }

    private static func fault(_ error: any Error) -> HTTPFault {
        switch error {
        case let fault as HTTPFault: fault
        case StoreError.unknown: HTTPFault(404, "\(error)")
        case is ReportError: HTTPFault(404, "\(error)")
        case is StoreError: HTTPFault(500, "\(error)")
        default: HTTPFault(500, "\(error)")
        }
    }

    private func respond(_ request: HTTPRequest) throws -> HTTPResponse {
        switch (request.path.first ?? "", request.path.count) {
        case ("style.css", 1): return asset("text/css", Stylesheet.text)
        case ("favicon.ico", 1): return asset("image/svg+xml", Icon.svg)
        case ("page.js", 1): return asset("text/javascript", Script.text)
        case ("reports", 2):
            return try ReportsPage(site: site).report(request.path[1], experiment: nil)
        case ("experiments", 3) where request.path[2] == "report":
            return try ReportsPage(site: site).report("", experiment: experiment(request))
        case ("runs", 3) where request.path[2] == "picture":
            return try Picture(site: site, run: try run(request), parameters: request.parameters)
                .response()
        default: break
        }
        guard request.method != "POST" || request.path == ["sql"] else {
            throw HTTPFault(405, "this page is only read")
        }
        let page = try page(request)
        return HTTPResponse(
            status: page.status, type: "text/html",
            text: page.html(store: site.name, address: address(of: request)))
    }

    /// The page of a request for one.
    func page(_ request: HTTPRequest) throws -> Page {
        let parameters = request.parameters
        switch request.path.count {
        case 0: return try RunsPage(site: site, parameters: parameters).page()
        case 1:
            switch request.path[0] {
            case "runs": return try RunsPage(site: site, parameters: parameters).page()
            case "experiments": return try ExperimentsPage(site: site).page()
            case "compare": return try ComparePage(site: site, parameters: parameters).page()
            case "reports": return try ReportsPage(site: site).page()
            case "sql":
                return try QueryPage(
                    site: site, parameters: parameters, mayAsk: guardian.isOwn(request)
                ).page()
            default: break
            }
        case 2:
            switch request.path[0] {
            case "runs":
                let run = try run(request)
                return try site.store().kind(of: run) == .logged
                    ? LoggedRunPage(site: site, run: run, parameters: parameters).page()
                    : RunPage(site: site, run: run, parameters: parameters).page()
            case "experiments":
                return try ExperimentPage(
                    site: site, name: experiment(request), parameters: parameters
                ).page()
            default: break
            }
        case 3 where request.path[0] == "runs" && request.path[2] == "images":
            return try ImagesPage(site: site, run: run(request), parameters: parameters).page()
        case 3 where request.path[0] == "runs" && request.path[2] == "image":
            return try ImagePage(site: site, run: run(request), parameters: parameters).page()
        default: break
        }
        throw HTTPFault(404, "there is no such page")
    }

    private func experiment(_ request: HTTPRequest) throws -> String {
        try ExperimentAddress.name(request.path[1], in: site.store())
    }

    private func run(_ request: HTTPRequest) throws -> RunID {
        guard let run = RunID(request.path[1]), run > 0 else {
            throw HTTPFault(404, "a run has a number; found '\(request.path[1])'")
        }
        return run
    }

    private func address(of request: HTTPRequest) -> String {
        guard request.method == "GET", request.path != ["sql"] else { return "" }
        return "/" + request.path.map(PercentCode.encoded).joined(separator: "/")
            + request.parameters.query
    }

    private func asset(_ type: String, _ text: String) -> HTTPResponse {
        var response = HTTPResponse(type: type, text: text)
        response.headers.append(("Cache-Control", "no-cache"))
        return response
    }

    /// The news about one page: its sections whose content changed, as server-sent events.
    private func events(_ request: HTTPRequest) -> HTTPResponse {
        guard let address = request.parameters["address"],
            let inner = try? HTTPHead(
                Array("GET \(address) HTTP/1.1\r\n\r\n".utf8), limits: HTTPLimits()),
            inner.path != ["sql"], guardian.isOwn(request)
        else { return refuse(HTTPFault(400, "the address of a page is missing")) }
        var seen: [String: String] = [:]
        for part in (request.parameters["seen"] ?? "").split(separator: ",").prefix(50) {
            let sides = part.split(separator: ":", maxSplits: 1).map(String.init)
            if sides.count == 2 { seen[sides[0]] = sides[1] }
        }
        let page = HTTPRequest(
            method: "GET", path: inner.path, parameters: inner.parameters, headers: [:],
            keepsAlive: true)
        return HTTPResponse(events: news.stream(of: address, seen: seen) { try self.page(page) })
    }
}

/// Runs work that blocks apart from the threads that serve clients: a few pieces at once, however
/// many clients ask.
enum Worker {
    private static let queue: OperationQueue = {
        let queue = OperationQueue()
        queue.maxConcurrentOperationCount = 8
        return queue
    }()

    static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws
        -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            queue.addOperation { continuation.resume(with: Result { try work() }) }
        }
    }
}
