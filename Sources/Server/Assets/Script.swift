/// What moves on the pages. They work without it: every control is a link or a form.
enum Script {
    static let text = #"""
        "use strict";
        // The charts: read values off the lines, and drag over a stretch of epochs to enlarge it.
        function panels(svg) {
          return [...svg.querySelectorAll("g[data-plot]")].map(note => {
            const parts = note.dataset.plot.split(" ");
            const [x, y, width, height] = parts.slice(0, 4).map(Number);
            const scale = at => ({ low: Number(parts[at]), high: Number(parts[at + 1]), log: parts[at + 2] === "log" });
            return { x, y, width, height, horizontal: scale(4), vertical: scale(7) };
          });
        }
        function value(scale, share) {
          return scale.log ? scale.low * Math.pow(scale.high / scale.low, share)
            : scale.low + share * (scale.high - scale.low);
        }
        function trace(path) {
          if (!path.points) path.points = path.getAttribute("d").slice(1).split("L").map(p => p.split(",").map(Number));
          return path.points;
        }
        function place(svg, event) {
          const box = svg.getBoundingClientRect(), view = svg.viewBox.baseVal;
          return { x: (event.clientX - box.left) * view.width / box.width,
                   y: (event.clientY - box.top) * view.height / box.height };
        }
        function panelAt(svg, at) {
          return panels(svg).find(p => at.x >= p.x && at.x <= p.x + p.width && at.y >= p.y - 20 && at.y <= p.y + p.height + 20);
        }
        function hideReadout(figure) { figure.querySelector(".readout")?.remove(); }
        function showReadout(figure, svg, event) {
          hideReadout(figure);
          const at = place(svg, event), panel = panelAt(svg, at);
          if (!panel) return;
          const lines = [];
          for (const path of svg.querySelectorAll("path[data-name]")) {
            const points = trace(path).filter(p => p[0] >= panel.x - 1 && p[0] <= panel.x + panel.width + 1 && p[1] >= panel.y - 3 && p[1] <= panel.y + panel.height + 3);
            if (!points.length) continue;
            let best = points[0];
            for (const p of points) if (Math.abs(p[0] - at.x) < Math.abs(best[0] - at.x)) best = p;
            lines.push({ name: path.dataset.name, away: Math.abs(best[1] - at.y),
              epoch: Math.round(value(panel.horizontal, (best[0] - panel.x) / panel.width)),
              y: value(panel.vertical, 1 - (best[1] - panel.y) / panel.height) });
          }
          if (!lines.length) return;
          lines.sort((a, b) => a.away - b.away);
          const box = document.createElement("div");
          box.className = "readout";
          for (const line of lines.slice(0, 8)) {
            const row = document.createElement("div");
            row.textContent = `${line.name}, ${line.epoch}: ${line.y.toPrecision(4)}`;
            box.append(row);
          }
          figure.append(box);
          const area = figure.getBoundingClientRect();
          const left = Math.min(event.clientX - area.left + 14, area.width - box.offsetWidth - 4);
          box.style.left = Math.max(0, left) + "px";
          box.style.top = (event.clientY - area.top + 14) + "px";
        }
        function zoomTo(from, to) {
          const address = new URL(location.href);
          if (from === null) { address.searchParams.delete("from"); address.searchParams.delete("to"); }
          else { address.searchParams.set("from", from); address.searchParams.set("to", to); }
          address.hash = "curves";
          location.assign(address);
        }
        let drag = null;
        document.addEventListener("pointermove", event => {
          const svg = event.target.closest?.("figure.curves .panels svg[role=img]"), figure = svg?.closest("figure");
          document.querySelectorAll("figure.curves").forEach(f => { if (f !== figure) hideReadout(f); });
          if (!svg) return;
          showReadout(figure, svg, event);
          if (drag && drag.svg === svg) {
            const area = figure.getBoundingClientRect();
            drag.box.style.left = Math.min(drag.clientX, event.clientX) - area.left + "px";
            drag.box.style.width = Math.abs(event.clientX - drag.clientX) + "px";
          }
        });
        document.addEventListener("pointerdown", event => {
          const svg = event.target.closest?.("figure.curves .panels svg[role=img]"), figure = svg?.closest("figure");
          if (!svg || event.button !== 0 || event.pointerType === "touch") return;
          const at = place(svg, event), panel = panelAt(svg, at);
          if (!panel) return;
          event.preventDefault();
          const area = figure.getBoundingClientRect(), size = svg.getBoundingClientRect();
          const box = document.createElement("div");
          box.className = "zoom";
          box.style.top = size.top - area.top + panel.y * size.height / svg.viewBox.baseVal.height + "px";
          box.style.height = panel.height * size.height / svg.viewBox.baseVal.height + "px";
          figure.append(box);
          drag = { svg, panel, at, box, clientX: event.clientX };
        });
        document.addEventListener("pointerup", event => {
          if (!drag) return;
          const { svg, panel, at, box } = drag;
          drag = null;
          box.remove();
          const end = place(svg, event);
          if (Math.abs(end.x - at.x) < 8) return;
          const epoch = x => value(panel.horizontal, Math.min(1, Math.max(0, (x - panel.x) / panel.width)));
          const low = Math.max(1, Math.round(epoch(Math.min(at.x, end.x))));
          zoomTo(low, Math.max(low + 1, Math.round(epoch(Math.max(at.x, end.x)))));
        });
        document.addEventListener("dblclick", event => {
          if (event.target.closest?.("figure.curves .panels svg")) zoomTo(null);
        });

        // The gallery: a press shows the error, or the outlines again; held down, the other run.
        document.addEventListener("click", event => {
          const button = event.target.closest?.("button.picture");
          if (!button || button.dataset.beside) return;
          const image = button.querySelector("img");
          button.dataset.outlines ??= image.getAttribute("src");
          const isError = image.getAttribute("src") === button.dataset.error;
          image.src = isError ? button.dataset.outlines : button.dataset.error;
          button.setAttribute("aria-pressed", String(!isError));
        });
        function beside(event, isShown) {
          const button = event.target.closest?.("button.picture[data-beside]");
          if (!button) return;
          const image = button.querySelector("img");
          button.dataset.outlines ??= image.getAttribute("src");
          image.src = isShown ? button.dataset.beside : button.dataset.outlines;
        }
        for (const name of ["pointerover", "focusin"]) document.addEventListener(name, e => beside(e, true));
        for (const name of ["pointerout", "focusout"]) document.addEventListener(name, e => beside(e, false));

        // Two runs' pictures of one image over each other: turned by hand or, when asked, every second, or
        // one on each side of an edge that moves.
        let turning = null;
        function sides(figure) { return [...figure.querySelectorAll(".side")]; }
        function lay(figure) {
          const view = figure.dataset.view, both = sides(figure), images = both.map(s => s.querySelector("img"));
          const turned = figure.dataset.turned === "yes";
          both.forEach((side, i) => side.classList.toggle("away", view === "blink" && turned === (i === 0)));
          const range = figure.querySelector("input[type=range]"), share = Number(range.value);
          images[0].style.clipPath = view === "swipe" ? `inset(0 ${100 - share}% 0 0)` : "";
          images[1].style.clipPath = view === "swipe" ? `inset(0 0 0 ${share}%)` : "";
          figure.querySelectorAll("[data-for]").forEach(e => { e.hidden = e.dataset.for !== view; });
          // Said once a turn by hand, not every second.
          if (turning === null) figure.querySelector("output").textContent = view === "blink" ? both[turned ? 1 : 0].querySelector(".whose").textContent : "";
          let edge = figure.querySelector(".edge");
          if (view !== "swipe") { edge?.remove(); return; }
          if (!edge) { edge = document.createElement("span"); edge.className = "edge"; figure.querySelector(".stage").append(edge); }
          const height = images[0].getBoundingClientRect().height, width = images[0].getBoundingClientRect().width;
          edge.style.height = height + "px";
          edge.style.marginLeft = `${width * share / 100 - 1}px`;
        }
        function turn(figure) { figure.dataset.turned = figure.dataset.turned === "yes" ? "no" : "yes"; lay(figure); }
        function rest() {
          clearInterval(turning);
          turning = null;
          document.querySelectorAll("[data-act=self]").forEach(b => b.setAttribute("aria-pressed", "false"));
        }
        function prepare() {
          document.querySelectorAll("figure.pair").forEach(figure => {
            const controls = figure.querySelector(".controls");
            if (!controls || !controls.hidden) return;
            controls.hidden = false;
            controls.querySelector("[data-act=self]").hidden = matchMedia("(prefers-reduced-motion: reduce)").matches;
            lay(figure);
          });
        }
        document.addEventListener("change", event => {
          const figure = event.target.closest?.("figure.pair");
          if (!figure || event.target.name !== "view") return;
          rest();
          figure.dataset.view = event.target.value;
          lay(figure);
        });
        document.addEventListener("input", event => {
          const figure = event.target.closest?.("figure.pair");
          if (figure && event.target.type === "range") lay(figure);
        });
        document.addEventListener("click", event => {
          const button = event.target.closest?.("figure.pair [data-act]"), figure = button?.closest("figure");
          if (!button) return;
          const goes = turning !== null;
          rest();
          if (button.dataset.act === "turn") { turn(figure); return; }
          if (goes) return;
          button.setAttribute("aria-pressed", "true");
          turning = setInterval(() => figure.isConnected ? turn(figure) : rest(), 1000);
        });
        document.addEventListener("keydown", event => {
          const figure = event.target.closest?.("figure.pair");
          if (!figure || figure.dataset.view !== "blink" || event.key !== "b" || event.ctrlKey || event.metaKey || event.altKey) return;
          event.preventDefault();
          rest();
          turn(figure);
        });
        addEventListener("resize", () => document.querySelectorAll('figure.pair[data-view="swipe"]').forEach(lay));
        prepare();

        // Sections that changed come as events; nothing is fetched again. A section in which somebody
        // types waits until they are done.
        const waiting = new Map();
        function isBusy(section) {
          const active = document.activeElement;
          return section.contains(active) && active.matches("input:not([type=checkbox]), select, textarea");
        }
        function replace({ name, mark, html }) {
          const section = document.getElementById(name);
          if (!section?.dataset.mark || section.dataset.mark === mark) return;
          if (isBusy(section)) { waiting.set(name, { name, mark, html }); return; }
          waiting.delete(name);
          const open = [...section.querySelectorAll("details")].map(d => d.open);
          const ticked = new Set([...section.querySelectorAll("input[name=run]:checked")].map(i => i.value));
          const scrolled = [...section.querySelectorAll(".scroll")].map(s => s.scrollLeft);
          const focused = section.contains(document.activeElement) ? [...section.querySelectorAll("a, button, summary, input, .scroll")].indexOf(document.activeElement) : -1;
          const parsed = new DOMParser().parseFromString(html, "text/html");
          section.replaceChildren(...parsed.body.childNodes);
          section.dataset.mark = mark;
          prepare();
          section.querySelectorAll("details").forEach((d, i) => { d.open = open[i] ?? d.open; });
          section.querySelectorAll("input[name=run]").forEach(i => { i.checked = ticked.has(i.value); });
          section.querySelectorAll(".scroll").forEach((s, i) => { s.scrollLeft = scrolled[i] ?? 0; });
          if (focused >= 0) [...section.querySelectorAll("a, button, summary, input, .scroll")][focused]?.focus({ preventScroll: true });
        }
        document.addEventListener("focusout", () => setTimeout(() => [...waiting.values()].forEach(replace)));
        const address = document.body.dataset.address, sign = document.getElementById("connection");
        let news = null;
        // A browser has six connections to a server: a page that nobody sees leaves its own to others.
        function listen() {
          if (!address || !window.EventSource || document.hidden || news) return;
          const seen = [...document.querySelectorAll("section[data-mark]")].map(s => s.id + ":" + s.dataset.mark);
          news = new EventSource("/events?address=" + encodeURIComponent(address) + "&seen=" + encodeURIComponent(seen.join(",")));
          news.addEventListener("alive", () => { sign.textContent = "● live"; });
          news.addEventListener("section", event => replace(JSON.parse(event.data)));
          news.onerror = () => { sign.textContent = "○ not connected"; };
        }
        function leave() { news?.close(); news = null; sign.textContent = ""; }
        document.addEventListener("visibilitychange", () => document.hidden ? leave() : listen());
        addEventListener("pagehide", leave);
        addEventListener("pageshow", listen);
        listen();
        """#
}
