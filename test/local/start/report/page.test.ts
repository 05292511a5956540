/** The written page, without a browser. */
import { readFileSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { HOSTILE } from './a-run';
import { removeReports, writeReportOf } from './written-report';

let path: string;
let html: string;
beforeAll(() => {
  path = writeReportOf('hostile');
  html = readFileSync(path, 'utf8');
});
afterAll(removeReports);

/** The text between two parts of the page. */
function textBetween(from: string, to: string): string {
  const begin = html.indexOf(from);
  return html
    .slice(begin, html.indexOf(to, begin))
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_match, code: string) => String.fromCharCode(Number(code)));
}
const textOf = (section: string) => textBetween(`<section id="${section}"`, '</section>');

it('is readable by the user only', () => {
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('allows its own script and no request', () => {
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
  const script = html.slice(html.lastIndexOf('<script>') + '<script>'.length, html.lastIndexOf('</script>'));
  const hash = createHash('sha256').update(script).digest('base64');

  expect(policy).toBe(
    `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
  );
});

it('contains no value as HTML', () => {
  expect(html.match(/<\/?script|<img|<!--/g)).toEqual(['<script', '</script', '<script', '</script']);
});

it('keeps the values that are HTML, as text', () => {
  expect(textOf('failed')).toContain(HOSTILE);
  expect(textOf('checks')).toContain(HOSTILE);
  expect(JSON.parse(textBetween('<script type="application/json"', '</script>'))).toMatchObject({
    calls: [{ id: HOSTILE, queue: HOSTILE }],
  });
});

it('has the sections in their order', () => {
  expect(Array.from(html.matchAll(/<h2[^>]*>([^<]*)/g), ([, title]) => title)).toEqual([
    'Who to call',
    'Charts',
    'Where the deliveries went',
    'One contact’s history',
    'Failed records and drift',
    'Checks and settings',
  ]);
});

it('has three charts with their numbers', () => {
  expect(html.match(/<svg /g)).toHaveLength(3);
  expect(textOf('charts')).toContain('30–59 s: 1');
});

it('says that it contains personal data, and that the run ended early', () => {
  expect(textBetween('<header>', '</header>')).toContain('This page contains personal data');
  expect(textBetween('<header>', '</header>')).toContain('The run ended early.');
});

it('has OK and FAILED for each check', () => {
  expect(textOf('checks')).toContain('The table has the newest version of every contact: OK');
  expect(textOf('checks')).toContain('Every abandoned contact was published once: FAILED (1 difference)');
});
