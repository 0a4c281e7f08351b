/** The style sheet of the HTML report: readable on a phone, in the dark and on paper. */
export const style = `
:root{color-scheme:light dark;--ink:#1c2024;--soft:#5b6470;--line:#d9dee4;--paper:#fff;--card:#f7f9fb;
--implemented:#1a7f4b;--partial:#9a6700;--missing:#b42318;--unknown:#5a4fcf;--n-a:#667080}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ed;--soft:#9aa4b1;--line:#333b44;--paper:#14181c;--card:#1b2026;
--implemented:#4cc38a;--partial:#e2b03d;--missing:#ff8a7a;--unknown:#a99cff;--n-a:#8b95a3}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:56rem;padding:2rem 1.25rem 4rem;font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 1rem}
h2{font-size:1.15rem;margin:0;display:flex;gap:.75rem;align-items:baseline;flex-wrap:wrap}
h3{font-size:.85rem;margin:1rem 0 .35rem;color:var(--soft)}
p{margin:.35rem 0}
.name{overflow-wrap:anywhere}
.tally,nav ul{list-style:none;padding:0;margin:0 0 .75rem;display:flex;flex-wrap:wrap;gap:.4rem 1.25rem}
.tally b{font-size:1.5rem;margin-right:.2rem}
nav ul{gap:.4rem}
nav a{display:inline-block;padding:.15rem .6rem;border:1px solid currentColor;border-radius:1rem;font-size:.9rem;text-decoration:none}
.implemented{--state:var(--implemented)}.partial{--state:var(--partial)}.missing{--state:var(--missing)}
.unknown{--state:var(--unknown)}.n-a{--state:var(--n-a)}
.tally li,nav a{color:var(--state)}
section{margin:1rem 0;padding:1rem 1.25rem;background:var(--card);border:1px solid var(--line);border-left:4px solid var(--state);border-radius:.5rem}
.state{font-size:.9rem;font-weight:600;color:var(--state)}
.title,.confidence,.fix,footer{color:var(--soft)}
.title{font-size:.92rem}
.findings{list-style:none;margin:0;padding:0}
.findings li{padding:.5rem 0;border-top:1px solid var(--line)}
code{font:.88em/1.5 ui-monospace,monospace;overflow-wrap:anywhere}
.place{font-weight:600}
pre{margin:.35rem 0 0;padding:.5rem .75rem;background:var(--paper);border:1px solid var(--line);border-radius:.35rem;white-space:pre-wrap}
.badge{font-size:.78rem;font-weight:600;padding:.05rem .45rem;border-radius:.3rem;border:1px solid currentColor}
.badge.high{color:var(--missing)}.badge.medium{color:var(--partial)}.badge.low{color:var(--n-a)}
.rule{color:var(--soft)}
footer{margin-top:2rem;font-size:.88rem}
@media (max-width:30rem){body{padding:1.25rem .9rem 3rem}section{padding:.85rem .9rem}}
@media print{body{max-width:none;padding:0;font-size:10.5pt}section{break-inside:avoid-page;background:none}nav{display:none}}
`;
