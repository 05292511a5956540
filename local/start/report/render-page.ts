/** Renders the report as one HTML file that loads nothing, neither from the network nor from the disk. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { DECISIONS } from '../../../cli/shared/explain-decision';
import { formatCount, formatNumber } from '../../../cli/shared/format';
import { drawCharts } from './draw-charts';
import type { Report } from './collect-report';
import type { Flow } from './count-flow';
import type { QueueHour } from './count-for-charts';
import type { Count, Tables } from './report-data';

export function renderPage(report: Report): string {
  const script = readScript();
  const hash = createHash('sha256').update(script).digest('base64');
  const charts = drawCharts(report);
  const { calls, histories } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Contact records: report</title>
<style>${readFileSync(join(PAGE, 'style.css'), 'utf8')}</style>
</head>
<body>
<header>
<h1>Contact records: report</h1>
<p class="soft">Written by <code>npm start</code>, ${report.written.slice(0, 16).replace('T', ' ')} UTC.</p>
<p class="notice"><strong>This page contains personal data</strong>: telephone numbers and whole contact records. It is a file on this machine and sends nothing. Delete it when you no longer need it.</p>
${report.isPartial ? '<p class="bad"><strong>The run ended early.</strong> This page shows the results up to then.</p>' : ''}
${report.leftOut.map((sentence) => `<p class="notice">${escapeHtml(sentence)}</p>`).join('\n')}
<nav aria-label="Sections">${Object.entries(SECTIONS)
    .map(([id, name]) => `<a href="#${id}">${name}</a>`)
    .join('\n')}</nav>
</header>
<main>
${renderSection(
  'call',
  `<p>Abandoned contacts: the customer left while waiting in a queue. Click a number to show it.</p>
<div id="call-table" class="rows"></div>`,
)}
${renderSection(
  'charts',
  `<div class="charts">
${renderFigure('Abandoned contacts by queue and hour of the day', charts.queueAndHour, report.byQueueAndHour.map(describeHour))}
${renderFigure('How long abandoned contacts waited', charts.waitingTime, report.byWaitingTime.map(describeCount))}
${renderFigure('Why the other queued contacts do not count', charts.reason, report.byReason.map(describeReason))}
</div>`,
)}
${renderSection('deliveries', renderFlow(report.flow))}
${renderSection(
  'contacts',
  `<p>Choose a contact to see its deliveries, the version that was kept, and the decision.</p>
<div id="contact" hidden></div>
<div id="contacts-table" class="rows"></div>`,
)}
${renderSection('failed', `${renderFailed(report.failed)}\n${renderDrift(report.drift)}`)}
${renderSection('checks', `${renderChecks(report)}\n${renderTable('Settings and versions', ['Name', 'Value'], report.settings)}`)}
</main>
<dialog id="dialog" aria-labelledby="text-title"><form method="dialog"><button>Close</button></form><h3 id="text-title"></h3><pre id="text" tabindex="0"></pre></dialog>
<script type="application/json" id="data">${embedJson({ calls, histories })}</script>
<script>${script}</script>
</body>
</html>
`;
}

const PAGE = join(__dirname, 'page');

const SECTIONS = {
  call: 'Who to call',
  charts: 'Charts',
  deliveries: 'Where the deliveries went',
  contacts: 'One contact’s history',
  failed: 'Failed records and drift',
  checks: 'Checks and settings',
};

/** Compiles the page's script to JavaScript without imports. */
const readScript = (): string =>
  transformSync(readFileSync(join(PAGE, 'script.ts'), 'utf8'), {
    ...{ loader: 'ts', format: 'iife', target: 'es2022', minifyWhitespace: true },
    tsconfigRaw: {},
  }).code.replaceAll('</script', '<\\/script');

/** Embeds the tables as JSON in which no value can end the script element. */
const embedJson = (tables: Tables): string => JSON.stringify(tables).replaceAll('<', '\\u003c');

const renderSection = (id: keyof typeof SECTIONS, content: string): string =>
  `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${SECTIONS[id]}</h2>\n${content}\n</section>`;

function renderFigure(title: string, svg: string, numbers: readonly string[]): string {
  const content = svg === '' ? '<p class="soft">None.</p>' : svg;
  const list = numbers.map((text) => `<li>${escapeHtml(text)}</li>`).join('');
  const details = svg === '' ? '' : `<details><summary>Numbers</summary><ul>${list}</ul></details>`;
  return `<figure><figcaption>${title}</figcaption>\n${content}\n${details}</figure>`;
}

const describeHour = ({ name, hour, count }: QueueHour): string =>
  `${name}, ${String(hour).padStart(2, '0')} h UTC: ${formatNumber(count)}`;

const describeCount = ({ name, count }: Count): string => `${name}: ${formatNumber(count)}`;

function describeReason({ name, count }: Count): string {
  const says = (DECISIONS as Readonly<Record<string, string>>)[name] ?? '';
  return `${name}: ${formatNumber(count)}. ${says}`;
}

function renderFlow({ totals, groups, remarks }: Flow): string {
  const boxes = totals.map(({ name, count }) => `<li><b>${formatNumber(count)}</b>${name}</li>`).join('');
  const tables = groups.map(({ title, lines }) => {
    const rows = lines.map(({ level, name, count, says }) => {
      const cells = `<td>${name}</td><td class="number">${formatNumber(count).replace('-', '−')}</td><td class="soft">${says}</td>`;
      return `<tr${level === 1 ? ' class="part"' : ''}>${cells}</tr>`;
    });
    return `<table><caption>${title}</caption><tbody>${rows.join('\n')}</tbody></table>`;
  });
  const notes = remarks.map((remark) => `<p class="soft">${escapeHtml(remark)}</p>`).join('\n');
  return `<ul class="totals">${boxes}</ul>\n<div class="groups">${tables.join('\n')}</div>\n${notes}`;
}

function renderFailed(groups: Report['failed']): string {
  if (groups.length === 0) return '<p>No record failed.</p>';
  const rows = groups.map(({ kind, reason, count, places }) => {
    const more = count > places.length && places.length > 0 ? ', …' : '';
    return [kind, reason, formatNumber(count), `${places.join('; ')}${more}`];
  });
  return renderTable('Failed records by reason', ['Kind', 'Reason', 'Records', 'Where'], rows);
}

function renderDrift(drift: Report['drift']): string {
  if (drift.length === 0) return '<p>No record deviates from the model.</p>';
  const rows = drift.map(({ path, place }) => [path, place]);
  return renderTable('Model drift by path', ['Path', 'First seen'], rows);
}

function renderChecks({ checks, isPartial }: Report): string {
  if (checks.length === 0) return `<p>Nothing was checked${isPartial ? ': the run ended early' : ''}.</p>`;
  return `<ul>${checks.map(renderCheck).join('\n')}</ul>`;
}

function renderCheck({ sentence, count, first }: Report['checks'][number]): string {
  if (count === 0) return `<li>${sentence}: <strong class="good">OK</strong></li>`;
  const found = first.map(({ kind, id }) => `<li>${escapeHtml(`${kind}: ${id}`)}</li>`).join('');
  const more = count > first.length ? `<li>and ${formatNumber(count - first.length)} more</li>` : '';
  const verdict = `<strong class="bad">FAILED</strong> (${formatCount(count, 'difference')})`;
  return `<li>${sentence}: ${verdict}<ul>${found}${more}</ul></li>`;
}

function renderTable(title: string, header: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = header.map((name) => `<th scope="col">${name}</th>`).join('');
  const body = rows.map((cells) => {
    const row = cells.map((cell, i) => `<td data-label="${header[i] ?? ''}">${escapeHtml(cell)}</td>`);
    return `<tr>${row.join('')}</tr>`;
  });
  const content = `<thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody>`;
  return `<div class="rows"><table><caption>${title}</caption>${content}</table></div>`;
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
