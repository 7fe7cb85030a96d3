/// The look of the report page: the colours of the web pages, light and dark by the reader's system.
enum EvaluationStyle {
    static let sheet = """
        :root { color-scheme: light; --page: #f4f6f8; --surface: #fff; --sunken: #eef2f4; --border: #dce3e8; --grid: #e6ebef;
          --text: #15212b; --quiet: #566572; --accent: #0b6471; --right: 0 135 100; --wrong: 207 58 47;
          --mask: #008764; --incorrect: #c47e00; --no-mask: #cf3a2f; --missed: #cf3a2f; --extra: #c47e00; --misjudged: #8b46c9; }
        @media (prefers-color-scheme: dark) { :root { color-scheme: dark; --page: #0e1418; --surface: #161e24; --sunken: #10171c;
          --border: #2a363f; --grid: #232e36; --text: #e7eef3; --quiet: #9badb9; --accent: #54c4d0; --right: 47 191 146;
          --wrong: 255 111 97; --mask: #2fbf92; --incorrect: #eeb03c; --no-mask: #ff6f61; --missed: #ff6f61; --extra: #eeb03c;
          --misjudged: #c89bff; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--text); font: 0.9375rem/1.5 Inter, system-ui, -apple-system,
          "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
        h1, h2, p, ul, figure { margin: 0; padding: 0; }
        header { background: var(--surface); border-bottom: 1px solid var(--border); }
        .inner, main { max-width: 76rem; margin: 0 auto; padding: 1.5rem; }
        main { display: grid; gap: 1rem; }
        .product { color: var(--accent); font-weight: 650; letter-spacing: 0.01em; }
        h1 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.015em; overflow-wrap: anywhere; }
        h2 { font-size: 1rem; margin-bottom: 0.75rem; }
        .quiet { color: var(--quiet); font-size: 0.8125rem; }
        .tiles { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); }
        .tile, .card { background: var(--surface); border: 1px solid var(--border); border-radius: 0.75rem; padding: 1.25rem;
          min-width: 0; }
        .tile .name { color: var(--quiet); font-size: 0.8125rem; font-weight: 600; }
        .tile .value { font-size: 2rem; font-weight: 650; line-height: 1.3; letter-spacing: -0.02em; }
        .columns { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); }
        .card > .quiet { margin-top: 0.75rem; }
        .empty { color: var(--quiet); padding: 2rem 0; text-align: center; }
        .chart { display: block; width: 100%; height: auto; }
        .grid { stroke: var(--grid); fill: none; }
        .tick, .axis { fill: var(--quiet); font-size: 11px; }
        .curve { fill: none; stroke: var(--accent); stroke-width: 2.25; stroke-linejoin: round; }
        .curve.mask { stroke: var(--mask); }
        .curve.no_mask { stroke: var(--no-mask); stroke-dasharray: 7 3; }
        .curve.incorrect { stroke: var(--incorrect); stroke-dasharray: 2 3; }
        .dot { fill: var(--surface); stroke: var(--accent); stroke-width: 2.5; }
        .legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin-top: 0.5rem; list-style: none;
          font-size: 0.8125rem; }
        .legend li { display: flex; align-items: center; gap: 0.5rem; }
        .legend svg { width: 1.75rem; height: 0.5rem; }
        table { border-collapse: collapse; width: 100%; font-size: 0.875rem; }
        th { font-weight: 600; text-align: left; }
        thead th { color: var(--quiet); font-size: 0.8125rem; }
        .number { text-align: right; white-space: nowrap; }
        .heights th, .heights td { padding: 0.5rem 0.5rem 0.5rem 0; white-space: nowrap; }
        .heights .bar { width: 60%; }
        .bar svg { display: block; width: 100%; height: 0.75rem; border-radius: 0.25rem; }
        .track { fill: var(--sunken); }
        .fill { fill: var(--accent); }
        .scroll { overflow-x: auto; }
        .confusion th, .confusion td { padding: 0.5rem; border: 2px solid var(--surface); }
        .confusion thead th { vertical-align: bottom; }
        .confusion td { text-align: center; background: var(--sunken); border-radius: 0.5rem; }
        .confusion td.right { background: rgb(var(--right) / var(--strength)); }
        .confusion td.wrong { background: rgb(var(--wrong) / var(--strength)); }
        .worst { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr));
          align-items: start; margin-top: 1rem; }
        figure svg { display: block; width: 100%; height: auto; max-height: 26rem; border-radius: 0.5rem;
          background: var(--sunken); }
        figcaption { margin-top: 0.375rem; color: var(--quiet); font-size: 0.8125rem; overflow-wrap: anywhere; }
        .file { color: var(--text); font-weight: 600; }
        .mark { fill: none; stroke-width: 2.5; vector-effect: non-scaling-stroke; stroke: #35d6a2; }
        .mark.missed { stroke: #ff5a4d; stroke-dasharray: 6 3; }
        .mark.extra { stroke: #ffbf3f; stroke-dasharray: 2 3; }
        .mark.misjudged { stroke: #c89bff; stroke-width: 4; }
        .key { width: 1rem; height: 1rem; border: 2.5px solid var(--mask); border-radius: 0.125rem; }
        .key.missed { border-color: var(--missed); border-style: dashed; }
        .key.extra { border-color: var(--extra); border-style: dotted; }
        .key.misjudged { border-color: var(--misjudged); border-width: 4px; }
        .settings th, .settings td { padding: 0.375rem 0.5rem 0.375rem 0; border-bottom: 1px solid var(--grid);
          overflow-wrap: anywhere; vertical-align: top; }
        .settings th { width: 14rem; color: var(--quiet); }
        .settings tr:last-child > * { border-bottom: 0; }
        @media print { body { background: #fff; } .tile, .card { break-inside: avoid; } }
        """
}
