/// The style and the script that every page carries.
enum HTMLPage {
    static let style = """
        :root { color-scheme: light; }
        body { margin: 0; background: #fff; color: #222;
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
        main { max-width: 1180px; margin: 0 auto; padding: 24px 20px 48px; }
        h1 { font-size: 24px; line-height: 1.25; margin: 0 0 20px; }
        h2 { font-size: 18px; margin: 32px 0 10px; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; }
        table.data { border-top: 2px solid #222; border-bottom: 2px solid #222; }
        thead { border-bottom: 1px solid #222; }
        th, td { padding: 4px 10px; text-align: left; white-space: nowrap; }
        th.number, td.number { text-align: right; }
        th.block { text-align: center; border-bottom: 1px solid #999; }
        th.block:empty { border: 0; }
        th button { all: unset; cursor: pointer; font-weight: 600; }
        th button:focus-visible { outline: 2px solid #0072b2; outline-offset: 2px; }
        th[aria-sort="ascending"] button::after { content: " \\2191"; }
        th[aria-sort="descending"] button::after { content: " \\2193"; }
        tbody tr:hover { background: #f3f7fa; }
        tr.rule td { border-top: 1px solid #bbb; }
        table.sorted tr.rule td { border-top: 0; }
        tr.quoted td { color: #555; }
        td[title] { cursor: help; }
        sup { line-height: 0; }
        .notes { color: #444; font-size: 13px; padding-left: 20px; max-width: 90ch; }
        summary { cursor: pointer; color: #444; font-size: 13px; }
        .facts th { font-weight: 600; vertical-align: top; }
        .facts td { white-space: normal; overflow-wrap: anywhere; }
        figure { margin: 28px 0; }
        figure > svg, figure img { max-width: 100%; height: auto; display: block; }
        figcaption { color: #444; font-size: 13px; max-width: 90ch; margin-top: 6px; }
        @media print { main { max-width: none; } .scroll { overflow: visible; } }
        """

    /// Sorts a table by a click on a heading: up, down, then as it was. Published figures and
    /// differences stay below the row that they belong to.
    static let script = """
        for (const table of document.querySelectorAll("table.data")) {
          const body = table.tBodies[0];
          const original = [];
          for (const row of body.rows) {
            if (row.classList.contains("quoted") && original.length) original.at(-1).push(row);
            else original.push([row]);
          }
          const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
          heads.forEach((head, index) => head.querySelector("button").addEventListener("click", () => {
            const next = { none: "ascending", ascending: "descending", descending: "none" };
            const order = next[head.getAttribute("aria-sort") || "none"];
            heads.forEach(other => other.removeAttribute("aria-sort"));
            let rows = [...original];
            if (order !== "none") {
              head.setAttribute("aria-sort", order);
              const sign = order === "ascending" ? 1 : -1;
              const key = rows => {
                const cell = rows[0].cells[index];
                return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
              };
              const blank = value => value === "" || value === "\\u2013";
              rows.sort((a, b) => {
                const x = key(a), y = key(b);
                if (blank(x) || blank(y)) return blank(x) - blank(y);
                return sign * (typeof x === "number" && typeof y === "number"
                  ? x - y : String(x).localeCompare(String(y), "en", { numeric: true }));
              });
            }
            table.classList.toggle("sorted", order !== "none");
            body.replaceChildren(...rows.flat());
          }));
        }
        """
}
