/// The style and the script that every page carries.
package enum HTMLPage {
    package static let style = """
        :root {
          color-scheme: light dark;
          --paper: #fff; --ink: #222; --soft: #555; --line: #bbb; --strong: #222;
          --shade: #f3f7fa; --accent: #00649c; --grid: #e4e4e4; --bad: #a8321f; --good: #1c6b3a;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #16191d; --ink: #e6e6e6; --soft: #b4b9bf; --line: #4a5057; --strong: #c9ced3;
            --shade: #20262c; --accent: #7cc4f0; --grid: #363c43; --bad: #ff9c87; --good: #85d3a2;
          }
          figure svg[role="img"] > rect:first-of-type { fill: var(--paper); }
          figure svg[role="img"], figure svg text { fill: var(--ink); }
          figure svg [stroke="#0072B2"] { stroke: #4fa9e0; }
          figure svg [fill="#0072B2"] { fill: #4fa9e0; }
          figure svg path[stroke="#000000"] { stroke: #dcdcdc; }
          figure svg [fill="#000000"] { fill: #dcdcdc; }
          figure svg line[stroke="#222"] { stroke: var(--ink); }
          figure svg line[stroke="#e4e4e4"] { stroke: var(--grid); }
          figure svg line[stroke="#777"] { stroke: #9aa0a6; }
          figure img { background: #fff; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
        main { max-width: 1400px; margin: 0 auto; padding: 24px 20px 48px; }
        h1 { font-size: 24px; line-height: 1.25; margin: 0 0 20px; overflow-wrap: anywhere; }
        h2 { font-size: 18px; margin: 32px 0 10px; }
        a { color: var(--accent); }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        .scroll { overflow-x: auto; max-width: 100%;
          background:
            linear-gradient(to right, var(--paper) 30%, transparent) left / 40px 100% local,
            linear-gradient(to left, var(--paper) 30%, transparent) right / 40px 100% local,
            linear-gradient(to right, #0003, transparent) left / 14px 100% scroll,
            linear-gradient(to left, #0003, transparent) right / 14px 100% scroll;
          background-repeat: no-repeat; background-color: var(--paper); }
        table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; }
        table.data { border-top: 2px solid var(--strong); border-bottom: 2px solid var(--strong); }
        thead { border-bottom: 1px solid var(--strong); }
        th, td { padding: 4px 10px; text-align: left; white-space: nowrap; }
        table.data th:first-child, table.data td:first-child {
          position: sticky; left: 0; background: var(--paper); }
        th.number, td.number { text-align: right; }
        th.block { text-align: center; border-bottom: 1px solid var(--line); }
        th.block:empty { border: 0; }
        th button { all: unset; cursor: pointer; font-weight: 600; }
        th button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        th[aria-sort="ascending"] button::after { content: " \\2191"; }
        th[aria-sort="descending"] button::after { content: " \\2193"; }
        tbody tr:hover, table.data tbody tr:hover td:first-child { background: var(--shade); }
        tr.rule td { border-top: 1px solid var(--line); }
        table.sorted tr.rule td { border-top: 0; }
        tr.quoted td { color: var(--soft); }
        td[title] { cursor: help; }
        sup { line-height: 0; }
        .notes { color: var(--soft); font-size: 13px; padding-left: 20px; max-width: 90ch; }
        summary { cursor: pointer; color: var(--soft); font-size: 13px; }
        .facts th { font-weight: 600; vertical-align: top; }
        .facts td { white-space: normal; overflow-wrap: anywhere; }
        figure { margin: 28px 0; }
        figure > svg, figure img { max-width: 100%; height: auto; display: block; }
        figcaption { color: var(--soft); font-size: 13px; max-width: 90ch; margin-top: 6px; }
        @media (max-width: 600px) {
          main { padding: 16px 12px 32px; }
          figure { overflow-x: auto; }
          figure > svg { max-width: none; }
        }
        @media print {
          :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #333; --strong: #000; }
          main { max-width: none; } .scroll { overflow: visible; background: none; }
          nav, form, button { display: none; }
        }
        """

    /// Sorts a table by a click on a heading: up, down, then as it was. Published figures and
    /// differences stay below the row that they belong to.
    package static let script = """
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
