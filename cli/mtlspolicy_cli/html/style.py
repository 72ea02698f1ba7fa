"""How the page looks: light and dark by the reader's choice, and on paper."""

from __future__ import annotations

from typing import Final

__all__ = ["STYLE"]

STYLE: Final = """
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1b1b1b; --faint: #595959; --line: #b9b9b9; --box: #f4f4f1;
  --good: #cfe8cf; --bad: #f3c9c4; --doubt: #f6e3b0; --link: #0b4a8f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181c; --ink: #ececec; --faint: #b4b4b4; --line: #4c5157; --box: #1e2227;
    --good: #1f4a2a; --bad: #5c211b; --doubt: #57430c; --link: #9cc7ff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem; max-width: 76rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
}
a { color: var(--link); }
a:focus-visible, summary:focus-visible, .wide:focus-visible {
  outline: 3px solid var(--link); outline-offset: 2px;
}
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem; border-top: 1px solid var(--line);
  padding-top: 1rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; }
.faint { color: var(--faint); }
.lead { font-size: 1.15rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .5rem 0; font-size: .9rem; }
caption { text-align: left; color: var(--faint); padding: .25rem 0; }
th, td { border: 1px solid var(--line); padding: .3rem .5rem; text-align: left;
  vertical-align: top; }
thead th { background: var(--box); }
th span { font-weight: normal; }
td.cell { text-align: center; white-space: nowrap; }
.day { white-space: nowrap; }
.wide th[scope="row"] { position: sticky; left: 0; background: var(--paper); }
thead th { vertical-align: bottom; }
.up { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; }
td.cell a { display: block; min-width: 1.4rem; text-decoration: none; font-weight: 600; }
.away { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
td details { margin: 0; }
.good { background: var(--good); } .bad { background: var(--bad); }
.doubt { background: var(--doubt); } .same { background: var(--box); }
details { border: 1px solid var(--line); border-radius: 4px; margin: .4rem 0;
  padding: .4rem .8rem; }
summary { cursor: pointer; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .5rem 0; }
dt { color: var(--faint); } dd { margin: 0; }
nav ul { columns: 2; }
svg { max-width: 100%; height: auto; }
code { font-size: .92em; overflow-wrap: break-word; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } nav ul { columns: 1; } }
@media print {
  :root { --paper: #fff; --ink: #000; --faint: #333; --line: #777; --box: #f2f2f2;
    --good: #fff; --bad: #e4e4e4; --doubt: #f4f4f4; --link: #000; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .wide { overflow: visible; } details, tr { break-inside: avoid; }
  details:not([open]) > :not(summary) { display: block; }
  details:not([open]) > dl { display: grid; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .screen { display: none; }
  table { font-size: 7.5pt; } .skip { display: none; }
}
"""
