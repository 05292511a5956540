/**
 * Checks that pages name only what exists: files, headings, metrics, alarms, outputs, commands, options, identifiers. A
 * failure lists page, line and the unknown name.
 */
import { COMMANDS } from '../../scripts/docs/help-blocks';
import { posix } from 'node:path';
import { LOG, METRIC, NOT_ABANDONED_REASONS } from '../../lambda/contact-records/contract';
import { propertiesOf, templateOf } from '../lib/synthesized';
import { anchorsOf, codeSpansOf, linksOf, type Passage, proseLinesOf, shellLinesOf } from '../markdown';
import { listProjectFiles, readProjectFile } from './project-files';

const THIS_TEST = 'test/docs/names.test.ts';
const FILES = listProjectFiles();
/** Folders, too. */
const PATHS = new Set(FILES.flatMap((file) => parentsOf(file).concat(file)));
const TOP_FOLDERS = [...PATHS].filter((path) => !path.includes('/') && !FILES.includes(path));
const PAGES = FILES.filter((file) => file.endsWith('.md') && file !== 'CHANGELOG.md');
const CODE = FILES.filter((file) => /\.(ts|mts|mjs|cjs|js|jsonc?|yml|java|snap)$/.test(file)).filter(
  (file) => ![THIS_TEST, 'package-lock.json', 'bench/results.json'].includes(file),
);

const codeOf = (page: string) => [...codeSpansOf(page), ...shellLinesOf(page)];

it('pages name files and folders that exist', () => {
  expect(PAGES.flatMap(codeOf).flatMap(findMissingPaths)).toEqual([]);
});

it('pages link to files and headings that exist', () => {
  expect(PAGES.flatMap(linksOf).flatMap(findBrokenLink)).toEqual([]);
});

it('pages name metrics, alarms, saved queries, outputs and resources that exist', () => {
  const passages = PAGES.flatMap((page) => [...proseLinesOf(page), ...shellLinesOf(page)]);
  expect(passages.flatMap(findUnknownResources)).toEqual([]);
  const unused = RESOURCES.filter(([, form]) => passages.every(({ text }) => text.search(form) === -1));
  expect(unused).toEqual([]);
});

it('pages call commands that exist, with options that they have', () => {
  const calls = PAGES.flatMap(codeOf).flatMap(findUnknownCalls);
  const options = PAGES.flatMap(codeSpansOf).flatMap(findUnknownOptions);
  expect([...calls, ...options]).toEqual([]);
});

it('pages name identifiers that occur in the code', () => {
  expect(PAGES.flatMap(codeSpansOf).flatMap(findUnknownIdentifiers)).toEqual([]);
});

it('docs/deploy.md lists the outputs of the stack', () => {
  const [, list = ''] = /prints these outputs;[^:]*:(.*?)\n\n/s.exec(readProjectFile('docs/deploy.md')) ?? [];
  const outputs = Array.from(list.matchAll(/`(\w+)`/g), ([, name]) => name);
  expect(outputs.sort()).toEqual([...OUTPUTS].sort());
});

it('the form for a bug quotes messages that the function logs', () => {
  const [, quoted = ''] =
    /function logged \(([^)]*)\)/.exec(readProjectFile('.github/ISSUE_TEMPLATE/bug.yml')) ?? [];
  const messages = Array.from(quoted.matchAll(/"([^"]*)"/g), ([, message]) => message);
  expect(messages).toEqual([LOG.failedRecordSaved, LOG.endedEarly, LOG.batchProcessed]);
});

it('code refers to pages that exist', () => {
  const missing = CODE.flatMap((file) =>
    passagesIn(file).flatMap((passage) =>
      Array.from(passage.text.matchAll(/\bdocs\/(?:adr\/\d{4}\b|[\w/-]+\.md\b)/g), ([name]) => name)
        .filter((name) => !FILES.some((path) => path === name || path.startsWith(`${name}-`)))
        .map((name) => tell(passage, 'page', name)),
    ),
  );
  expect(missing).toEqual([]);
});

it('old names occur nowhere but in the changelog', () => {
  const old = new RegExp(`(?<![\\w-])(?:${OLD_NAMES.join('|')})(?![\\w-])`, 'g');
  const found = FILES.filter((file) => !['CHANGELOG.md', THIS_TEST].includes(file)).flatMap((file) => [
    ...Array.from(file.matchAll(old), ([name]) => `${file}: old name in the path: ${name}`),
    ...passagesIn(file).flatMap((passage) =>
      Array.from(
        passage.text.matchAll(old),
        ([name]) => `${passage.page}:${passage.line}: old name: ${name}`,
      ),
    ),
  ]);
  expect(found).toEqual([]);
});

/** Whole words, each of which has one meaning only: English words that were names as well are not here. */
const OLD_NAMES = [
  // Metrics, alarms, saved queries, settings, options, members of summaries, log messages.
  'NotNow, IteratorAgeEarly, IteratorAgeLate, DriftSeen, SetAside, silenceAlarmHours, lastFault, dynamodbEngine',
  'publish-old-abandonments, notify-limit-is-set, record set aside',
  // Types, functions and constants.
  'WrongSettings, WrongUsage, ServiceFault, BrokenGzip, Mistake, CameOut, cameOut, notNow, stepsOver, storeIn',
  'publishTo, ledgerIn, reportTo, deadlineOf, driftOf, processUnit, setAside, setsAside, mistakeOf, takeStock',
  'startLeashed, recordSetAside, MEANING_OF_OUTCOME, GaveUpAt',
  // Files.
  'process-unit, collapse\\.ts, failure\\.ts, fits\\.ts, storable\\.ts, mistake\\.ts',
  'local/engines, local/contact-centre, cli/(?:start|chaos|schema)\\.ts',
  '0001-never-and-not-now, 0015-two-engines-play-dynamodb',
].flatMap((names) => names.split(', '));

function parentsOf(path: string): string[] {
  const parent = posix.dirname(path);
  return parent === '.' ? [] : [...parentsOf(parent), parent];
}

const tell = ({ page, line }: Passage, kind: string, name: string): string =>
  `${page}:${line}: no such ${kind}: ${name}`;

const passagesIn = (page: string): Passage[] =>
  readProjectFile(page)
    .split('\n')
    .map((text, i) => ({ page, line: i + 1, text }));

/** A path below a top folder; or the end of one, if it looks like a source file or a page. */
const PATH = new RegExp(
  `(?<![\\w./:$-])(?:(?:${TOP_FOLDERS.map((name) => name.replace('.', '\\.')).join('|')})/[\\w./*…-]*` +
    '|[\\w./*-]+\\.(?:ts|mts|mjs|cjs|java|md))(?![\\w])',
  'g',
);

function findMissingPaths(passage: Passage): string[] {
  const isJest = /\bjest\b/.test(passage.text);
  return Array.from(passage.text.matchAll(PATH), ([path]) => path.replace(/[./]+$/, ''))
    .filter((path) => !exists(path) && !(isJest && isPartOfTest(path)))
    .map((path) => tell(passage, 'file or folder', path));
}

const isPartOfTest = (text: string): boolean =>
  FILES.some((file) => file.endsWith('.test.ts') && file.includes(text));

/** In a path, `NAME` and `*` stand for any one name, `…` for any rest. */
function exists(path: string): boolean {
  const pattern = path
    .replace(/[.+$()[\]]/g, '\\$&')
    .replace(/NAME|\*/g, '[^/]+')
    .replace('…', '.*');
  const matches = new RegExp(
    TOP_FOLDERS.some((top) => path.startsWith(`${top}/`)) ? `^${pattern}$` : `(^|/)${pattern}$`,
  );
  return [...PATHS].some((known) => matches.test(known));
}

function findBrokenLink(passage: Passage): string[] {
  if (/^(https?|mailto):/.test(passage.text)) return [];
  const [target = '', anchor] = passage.text.split('#');
  const path =
    target === '' ? passage.page : posix.join(posix.dirname(passage.page), target).replace(/\/$/, '');
  if (!PATHS.has(path)) return [tell(passage, 'file or folder', passage.text)];
  return anchor === undefined || anchorsOf(path).includes(anchor)
    ? []
    : [tell(passage, 'heading', passage.text)];
}

const template = templateOf({ noRecordsAlarmHours: 4, recordsTableStream: true });
const namesOf = (type: string, property: string): Set<string> =>
  new Set(
    propertiesOf(type, template).map((properties) =>
      String(properties[property]).replace(/^ContactRecordPipeline[-/]/, ''),
    ),
  );
const ALARMS = namesOf('AWS::CloudWatch::Alarm', 'AlarmName');
const QUERIES = namesOf('AWS::Logs::QueryDefinition', 'Name');
const OUTPUTS = new Set(Object.keys(template.toJSON().Outputs as object));
const METRICS = new Set<string>(Object.values(METRIC));
const REASONS = new Set<string>(NOT_ABANDONED_REASONS);
const LOGICAL_IDS = Object.keys(template.toJSON().Resources as object);

/** Ways to name a resource, with what the name must be among. */
const RESOURCES: readonly [kind: string, form: RegExp, isKnown: (name: string) => boolean, pages?: RegExp][] =
  [
    ['metric', /\bNotAbandoned\.([a-z-]+)/g, (name) => REASONS.has(name)],
    ['metric', /\*\*([A-Z][a-z]+(?:[A-Z][a-z]+)+)\*\*/g, (name) => METRICS.has(name)],
    // Pages on which a bold word that is neither a label nor followed by an explanation is a metric.
    ['metric', /\*\*([A-Z]\w+)\*\*(?!:| \()/g, (name) => METRICS.has(name), /^docs\/(runbook|backfill)\.md$/],
    ['alarm', /^## (\w+)$/g, (name) => ALARMS.has(name), /^docs\/runbook\.md$/],
    ['alarm', /--alarm-name "\$STACK-(\w+)"/g, (name) => ALARMS.has(name)],
    ['alarm', /`(\w+)` (?:may |must not )?fires?\b/g, (name) => ALARMS.has(name)],
    ['saved query', /`<stack>\/(\w+)`/g, (name) => QUERIES.has(name)],
    ['saved query', /\bquer(?:y|ies) `(\w+)`/g, (name) => QUERIES.has(name)],
    ['stack output', /\boutputs? `(\w+)`/g, (name) => OUTPUTS.has(name)],
    ['stack output', /(?<![\w-])(?:out|parameter) ([A-Z]\w+)/g, (name) => OUTPUTS.has(name)],
    ['stack output', /`\/ContactRecordPipeline\/(\w+)`/g, (name) => OUTPUTS.has(name)],
    ['resource', /\bpart ([A-Z]\w+)/g, (name) => LOGICAL_IDS.some((id) => id.startsWith(name))],
  ];

const findUnknownResources = (passage: Passage): string[] =>
  RESOURCES.filter(([, , , pages]) => pages?.test(passage.page) ?? true).flatMap(([kind, form, isKnown]) =>
    Array.from(passage.text.matchAll(form), ([, name = '']) => name)
      .filter((name) => !isKnown(name))
      .map((name) => tell(passage, kind, name)),
  );

const readScripts = (manifest: string): Record<string, string> =>
  FILES.includes(manifest)
    ? (JSON.parse(readProjectFile(manifest)) as { scripts: Record<string, string> }).scripts
    : {};
/** Returns the commands that a page may name: the project's, and those of the page's own folder. */
const scriptsFor = (page: string): Record<string, string> => ({
  ...readScripts(posix.join(posix.dirname(page), 'package.json')),
  ...readScripts('package.json'),
});
/** Options by command. */
const OPTIONS = new Map(
  COMMANDS.map(({ call, optionNames }) => [call.split(' ').at(-1) ?? '', new Set(optionNames)] as const),
);
const ALL_OPTIONS = new Set([...OPTIONS.values()].flatMap((options) => [...options]));
/** `docs/commands.md` shows what a command says to this one. */
const MISSPELT_OPTION = '--buckt';
/** Options of AWS's CLI and of Node that a page names without the command. */
const OTHER_OPTIONS = [
  '--function-name, --function-response-types, --starting-position, --starting-position-timestamp',
  '--maximum-record-age-in-seconds, --cloudformation-execution-policies',
  '--enable-source-maps, --max-semi-space-size',
].flatMap((options) => options.split(', '));

function optionsIn(matches: Iterable<RegExpMatchArray>): Set<string> {
  return new Set(Array.from(matches, ([, option = '']) => option));
}

/** `npm start`, `npm run X`, and the runbook's helper `redrive`, each with what follows it. */
const CALL = /(?:\bnpm (?:--silent )?(?:(start|test)|run ([\w:]+(?:-\w+)*))|^(redrive)(?= --))([^|#;&]*)/g;

function findUnknownCalls(passage: Passage): string[] {
  return Array.from(passage.text.matchAll(CALL)).flatMap(([, plain, run, helper, rest = '']) => {
    const command = plain ?? run ?? helper ?? '';
    if (command === 'NAME') return [];
    const script = scriptsFor(passage.page)[command];
    if (script === undefined) return [tell(passage, 'command', `npm run ${command}`)];
    return [...optionsIn(rest.matchAll(/(?<=\s)(--[a-z][a-z-]*)/g))]
      .filter((option) => option !== MISSPELT_OPTION && !isOption(option, command, script))
      .map((option) => tell(passage, `option of ${command}`, option));
  });
}

/** The options of a program that is not ours are not checked. */
function isOption(option: string, command: string, script: string): boolean {
  const known = OPTIONS.get(command);
  if (known) return known.has(option);
  const [source] = /\S+\.ts$/.exec(script) ?? [];
  return source === undefined || readProjectFile(source).includes(`${option} `);
}

/** An option that stands alone is of the command that the page is about, or of any command. */
function findUnknownOptions(passage: Passage): string[] {
  if (!passage.text.startsWith('--')) return [];
  const own = OPTIONS.get(posix.basename(passage.page, '.md')) ?? new Set([...ALL_OPTIONS, ...OTHER_OPTIONS]);
  return [...optionsIn(passage.text.matchAll(/(--[a-z][a-z-]*)/g))]
    .filter((option) => !own.has(option))
    .map((option) => tell(passage, 'option', option));
}

const IDENTIFIER = /[A-Za-z_]\w+/g;
const KEBAB_CASE = /[a-z0-9]+(?:-[a-z0-9]+)+/g;
const IDENTIFIERS = new Set(
  CODE.map(readProjectFile).flatMap((text) => [
    ...(text.match(IDENTIFIER) ?? []),
    ...(text.match(KEBAB_CASE) ?? []),
  ]),
);
/** Names of AWS, of Node and of tests that the code does not use, and placeholders. */
const OTHER_IDENTIFIERS = [
  'AccountLimit, AdministratorAccess, ApproximateNumberOfMessagesVisible, ConcurrentExecutions, DescribeInstance',
  'GetMetricData, GetMetricDataV2, InvokeFunction, OnDemandThroughput, PassRole, PendingConfirmation, PutRolePolicy',
  'S3OnFailureDestination, ServiceRole, StorageConfigs, SubscribeURL, ContactRecordFunctionRole, testPathPattern',
  'CONTACTS_ABANDONED, disassociate-instance-storage-config, decrease-stream-retention-period, ERR_TLS_',
  'OLD_NAMES, QUEUE_ARN, DEAD_LETTER_QUEUE_ARN, enable-key, put-item',
].flatMap((names) => names.split(', '));

/** Only words that cannot be English: `camelCase`, `CAPITALS_WITH_LINES`, and whole spans in `kebab-case`. */
const findUnknownIdentifiers = (passage: Passage): string[] =>
  [
    ...(passage.text.match(IDENTIFIER) ?? []).filter((name) => /[a-z0-9][A-Z]|[A-Z]_[A-Z]/.test(name)),
    ...(/^[a-z0-9]+(-[a-z0-9]+)+$/.test(passage.text) ? [passage.text] : []),
  ]
    .filter((name) => !IDENTIFIERS.has(name) && !OTHER_IDENTIFIERS.includes(name))
    .map((name) => tell(passage, 'identifier', name));
