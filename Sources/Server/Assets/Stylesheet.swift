internal import Reports

/// The style sheet of the pages: the reports' own, and what only pages have.
enum Stylesheet {
    static let text = HTMLPage.style + pages

    private static let pages = #"""

        .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        .skip { position: absolute; left: -999px; }
        .skip:focus { left: 8px; top: 8px; background: var(--paper); padding: 6px 10px; z-index: 3; }
        header { display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: baseline;
          border-bottom: 1px solid var(--line); padding: 10px 20px; }
        header nav { display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: baseline; }
        header nav ul { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none;
          margin: 0; padding: 0; }
        header nav a { text-decoration: none; padding: 4px 0; display: inline-block; }
        header nav a[aria-current] { font-weight: 700; border-bottom: 2px solid var(--accent); }
        .brand { font-weight: 700; color: var(--ink); }
        .store { margin: 0 0 0 auto; color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
        #connection { margin-right: 8px; }
        .filter { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; margin: 0 0 12px; }
        .filter fieldset { display: flex; flex-wrap: wrap; gap: 2px 12px; border: 1px solid var(--line);
          padding: 2px 10px 6px; max-width: 100%; min-width: 0; }
        .filter legend { color: var(--soft); font-size: 13px; }
        .filter input[type="number"] { width: 6.5em; }
        input, select, textarea, button { font: inherit; color: var(--ink); background: var(--paper);
          border: 1px solid #8a9199; border-radius: 4px; padding: 3px 8px; max-width: 100%; }
        button { cursor: pointer; background: var(--shade); min-height: 28px; }
        textarea { width: 100%; font-family: ui-monospace, monospace; font-size: 13.5px; }
        pre { overflow-x: auto; font-size: 12.5px; }
        .counts { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; margin: 0 0 14px;
          padding: 0; }
        .state { white-space: nowrap; }
        .state.failed, .failed, .fault { color: var(--bad); }
        .state.completed { color: var(--good); }
        .state.running { font-weight: 600; }
        .why { color: var(--soft); white-space: normal; display: inline-block; max-width: 40ch;
          vertical-align: top; font-size: 12.5px; }
        .none { color: var(--soft); }
        .pick { margin-right: 6px; }
        progress { width: 140px; height: 12px; accent-color: var(--accent); vertical-align: middle; }
        .pages { margin: 12px 0; display: flex; gap: 14px; flex-wrap: wrap; }
        th a { color: inherit; text-decoration: none; }
        th a:hover { text-decoration: underline; }
        th[aria-sort="ascending"] a::after { content: " \2191"; }
        th[aria-sort="descending"] a::after { content: " \2193"; }
        .curves { position: relative; }
        .curves .panels svg { touch-action: pan-y; cursor: crosshair; }
        .readout { position: absolute; pointer-events: none; background: var(--paper);
          border: 1px solid var(--strong); border-radius: 4px; padding: 4px 8px; font-size: 12.5px;
          max-width: 320px; z-index: 2; font-variant-numeric: tabular-nums; }
        .zoom { position: absolute; background: #0072b233; border: 1px solid var(--accent);
          pointer-events: none; }
        .gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(170px, 1fr)); gap: 14px;
          list-style: none; padding: 0; }
        .gallery .picture { all: unset; cursor: pointer; display: block; width: 100%; }
        .gallery .picture:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        .gallery img { width: 100%; height: auto; display: block; background: #000; }
        .gallery .name { font-size: 12.5px; overflow-wrap: anywhere; }
        .gallery .value { font-size: 12.5px; color: var(--soft); font-variant-numeric: tabular-nums; }
        .pair { margin: 0; outline-offset: 2px; }
        .pair .stage { display: grid; gap: 8px 14px; position: relative; max-width: 1060px;
          grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); }
        .pair .side { max-width: 523px; }
        .pair .whose { margin: 0 0 4px; font-variant-numeric: tabular-nums; }
        .pair img { width: 100%; height: auto; display: block; background: #000; }
        .pair:not([data-view="side"]) .stage { grid-template-columns: minmax(0, 523px); }
        .pair:not([data-view="side"]) .side { grid-area: 1 / 1; }
        .pair:not([data-view="side"]) .side + .side .whose { text-align: right; }
        .pair .side.away { visibility: hidden; }
        .pair .edge { grid-area: 1 / 1; align-self: end; width: 2px; background: #fff;
          box-shadow: 0 0 0 1px #000; pointer-events: none; z-index: 1; }
        .pair .controls input[type="range"] { width: min(360px, 60vw); padding: 0;
          vertical-align: middle; }
        [hidden] { display: none !important; }
        .heat { display: inline-block; padding: 2px 8px; border-radius: 3px; color: #111; }
        .heat a { color: #111; }
        .heat small { color: #222; }
        .heat.h0 { background: #f2f6f9; } .heat.h1 { background: #e2edf5; }
        .heat.h2 { background: #d2e4f0; } .heat.h3 { background: #c1dbeb; }
        .heat.h4 { background: #b0d1e6; } .heat.h5 { background: #9fc7e1; }
        .heat.h6 { background: #8dbddb; } .heat.h7 { background: #7bb3d6; }
        .heat.h8 { background: #69a8d0; }
        .heat .failed { color: #7c1f10; }
        .facts th { padding-right: 16px; }
        @media (max-width: 600px) {
          header { padding: 8px 12px; }
          header nav a { padding: 6px 0; }
          .facts th, .facts td { display: block; padding: 2px 0; }
        }
        .panels { display: flex; flex-wrap: wrap; gap: 4px 18px; }
        .panels svg { max-width: 100%; height: auto; }
        .legend { display: flex; flex-wrap: wrap; gap: 2px 16px; list-style: none; padding: 0;
          margin: 6px 0; font-size: 13px; }
        .legend svg { vertical-align: middle; margin-right: 5px; }
        .parallel svg text { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
        meter { width: 120px; }
        """#
}
