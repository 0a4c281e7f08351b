import type { Severity } from '../../mitigation.ts';
import type { AuditReport, Missing, Row } from '../run.ts';
import type { State } from '../states.ts';
import type { Suppressed } from '../suppress.ts';
import { html, htmlPage, prose } from './html-page.ts';
import type { TextOptions } from './text.ts';

type Addable = Pick<TextOptions, 'addable'>;

/** The report as one page that loads nothing. */
export function htmlReport(report: AuditReport, { addable = () => true }: Addable = {}): string {
  const name = report.root.split(/[\\/]/).filter(Boolean).at(-1) ?? report.root;
  return htmlPage({
    title: `Flask defences of ${name}`,
    body: `<header>
<h1>Flask defences of <span class="name">${html(name)}</span></h1>
${tally(report.mitigations)}
</header>
<main>
${report.mitigations.map((row) => section(row, addable(row.id))).join('\n')}
${hidden(report)}
${unread(report)}
</main>`,
    footer: `${report.files} files looked at; no code of the app was run.`,
  });
}

const states: readonly State[] = ['implemented', 'partial', 'missing', 'unknown', 'n-a'];
const words: Readonly<Record<State, string>> = {
  implemented: 'implemented',
  partial: 'partial',
  missing: 'missing',
  unknown: 'unknown',
  'n-a': 'not applicable',
};

function tally(rows: readonly Row[]): string {
  const counts = states.map((state) => ({ state, count: rows.filter((row) => row.state === state).length }));
  const shown = counts.filter(({ count }) => count > 0);
  const items = shown.map(({ state, count }) => `<li class="${state}"><b>${count}</b> ${words[state]}</li>`);
  const links = rows.map(({ id, state }) => `<li><a class="${state}" href="#${html(id)}">${html(id)}</a></li>`);
  return `<ul class="tally">${items.join('')}</ul>\n<nav aria-label="Mitigations"><ul>${links.join('')}</ul></nav>`;
}

function section(
  { id, title, state, confidence, reason, implemented, missing, unescaped = [] }: Row,
  isAddable: boolean,
): string {
  const sure = confidence === 'high' ? '' : ` <span class="confidence">confidence: ${confidence}</span>`;
  return `<section id="${html(id)}" class="${state}">
<h2>${html(id)} <span class="state">${words[state]}</span></h2>
<p class="title">${html(title)}</p>
<p>${prose(reason)}${sure}</p>
${part('Missing', missing.map(finding))}${part(
  'Implemented',
  implemented.map(({ file, line, text, why }) => item(`${file}:${line}`, text, prose(why))),
)}${part(
  'Left unescaped',
  unescaped.map(({ file, line, text, verdict, why }) =>
    item(`${file}:${line}`, text, `<b>${verdict}</b>: ${prose(why)}`),
  ),
)}${isAddable ? next(id, state) : ''}</section>`;
}

function next(id: string, state: State): string {
  return state === 'missing' || state === 'partial'
    ? `<p class="next">Next: <code>dewar add ${html(id)}</code></p>\n`
    : '';
}

function part(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `<h3>${title}</h3>\n<ul class="findings">\n${items.join('\n')}\n</ul>\n`;
}

function finding({ rule, severity, file, line, text, why, fix }: Missing): string {
  const place = file === undefined ? undefined : `${file}:${line}`;
  return item(
    place,
    text,
    `${badge(severity)} ${prose(why)} <span class="fix">${prose(fix)}</span> <code class="rule">${html(rule)}</code>`,
  );
}

function item(place: string | undefined, text: string | undefined, said: string): string {
  const where = place === undefined ? '' : `<code class="place">${html(place)}</code>`;
  const quoted = text ? `<pre><code>${html(text)}</code></pre>` : '';
  return `<li>${where}<p>${said}</p>${quoted}</li>`;
}

function badge(severity: Severity): string {
  return `<span class="badge ${severity}">${severity}</span>`;
}

function hidden({ suppressed, faults, stale }: AuditReport): string {
  const entry = (each: Suppressed): string => {
    const { rule, file, line, text, why, by, reason } = each;
    const place = file === undefined ? undefined : `${file}:${line}`;
    return item(
      place,
      text,
      `${prose(why)} <code class="rule">${html(rule)}</code> <span class="fix">By ${by}: ${html(reason || 'no reason given')}</span>`,
    );
  };
  const gone = stale.map(({ rule, file, why }) =>
    item(file, undefined, `${prose(why)} <code class="rule">${html(rule)}</code>`),
  );
  const body =
    part('At fault', faults.map(finding)) +
    part('Suppressed', suppressed.map(entry)) +
    part('In the baseline, no longer found', gone);
  return body === '' ? '' : `<section class="n-a">\n<h2>Suppressions</h2>\n${body}</section>`;
}

function unread({ unread: lost }: AuditReport): string {
  const items = lost.map(({ file, why }) => item(file, undefined, prose(why)));
  return items.length === 0
    ? ''
    : `<section class="unknown">\n<h2>Not read</h2>\n<ul class="findings">${items.join('\n')}</ul>\n</section>`;
}
