/** `npm run explain`: explains why a contact is abandoned, or not. */
import { requireRegionAndCredentials } from '../shared/aws-clients';
import { askToProceed, requireTerminal } from '../shared/confirm';
import { formatName } from '../shared/format';
import { createProgress } from '../shared/progress-line';
import { EXIT, runCommand, type Running } from '../shared/run-command';
import { listFiles } from '../shared/sources';
import { formatScanPlan } from '../shared/scan-table';
import { readStackOutputs } from '../shared/stack-outputs';
import { type ContactTables, createContactTables } from './contact-tables';
import { explainContact, type ExplainPorts } from './explain-contact';
import { explainCommand, type Settings, type Tables } from './explain-options';
import {
  formatAwaiting,
  formatAwaitingCount,
  formatExplanation,
  formatGroups,
  formatSkipped,
  groupByDecision,
} from './explain-report';
import {
  type AwaitingContact,
  type AwaitingCounts,
  createAwaitingCounts,
  findAwaiting,
  scanForAwaiting,
} from './find-awaiting';
import { type FileContacts, type FileVersion, findInFiles, readContacts } from './read-contacts';

type FileSettings = Extract<Settings, { kind: 'files' }>;
type TableSettings = Extract<Settings, { kind: 'tables' }>;

/** Upper bound for the contacts that `--json` lists. All are counted, and printed without `--json`. */
const MAX_LISTED = 100_000;

const run = (settings: Settings, running: Running): Promise<number> =>
  settings.kind === 'files' ? explainFiles(settings, running) : explainTables(settings, running);

async function explainFiles({ path, question }: FileSettings, running: Running): Promise<number> {
  const { stopping, print, result } = running;
  const contacts = await readFiles(path, question, running);
  const find = (contactId: string) => Promise.resolve(findInFiles(contacts, contactId));
  switch (question.kind) {
    case 'contact':
      await showContact(question.contactId, path, { find }, contacts.versions, running);
      break;
    case 'awaiting': {
      const counts = { ...createAwaitingCounts(), scanned: contacts.newest.size };
      const list = createAwaitingList(running);
      await findAwaiting([...contacts.newest.values()], find, stopping, counts, list.add);
      list.end(counts, true);
      break;
    }
    case 'all':
      result.decisions = groupByDecision(contacts, question.showIds);
      print(formatGroups(result.decisions as ReturnType<typeof groupByDecision>));
  }
  return contacts.unreadable.length === 0 ? EXIT.success : EXIT.failure;
}

/** Reads the contacts of files; throws an error if there are none. */
async function readFiles(
  path: string,
  question: FileSettings['question'],
  { stopping, result }: Running,
): Promise<FileContacts> {
  let documents = 0;
  const progress = createProgress(
    process.stderr,
    () => ({ done: documents, total: undefined }),
    'documents read',
    { isTransient: true },
  );
  const wanted = question.kind === 'contact' ? question.contactId : undefined;
  progress.begin();
  const contacts = await readContacts(listFiles(path), wanted, () => {
    stopping.throwIfAborted();
    documents++;
  }).finally(progress.end);
  const { newest, skipped, unreadable } = contacts;
  process.stderr.write(formatSkipped(contacts));
  Object.assign(result, { contacts: newest.size, skipped: Object.fromEntries(skipped), unreadable });
  if (newest.size === 0) throw new Error(`${formatName(path)} has no contact record that can be stored.`);
  return contacts;
}

async function explainTables({ target, question, scan }: TableSettings, running: Running): Promise<number> {
  const { stopping, result } = running;
  if (question.kind === 'awaiting' && !scan.isConfirmed) requireTerminal('it reads a whole table');
  const region = await requireRegionAndCredentials();
  const names = await resolveTables(target, region);
  Object.assign(result, { region, ...names });
  const tables = createContactTables(names);
  if (question.kind === 'contact') {
    await showContact(question.contactId, `${names.table} (${region})`, tables, [], running);
    return EXIT.success;
  }
  const size = await tables.measure();
  process.stderr.write(
    formatScanPlan(size, names.table, scan.segments, {
      more: 'each contact that depends on a next contact',
    }),
  );
  if (!scan.isConfirmed && !(await askToProceed(stopping))) return EXIT.interrupted;
  await scanTable(tables, scan.segments, size.items, running);
  return EXIT.success;
}

/** Scans the table, and reports even if it fails. */
async function scanTable(
  tables: ContactTables,
  segments: number,
  items: number,
  running: Running,
): Promise<void> {
  const counts = createAwaitingCounts();
  const measureProgress = () => ({ done: counts.scanned, total: items > 0 ? items : undefined });
  const progress = createProgress(process.stderr, measureProgress, 'items read', { rate: true });
  const list = createAwaitingList(running, progress.clear);
  let isComplete = false;
  progress.begin();
  try {
    await scanForAwaiting(tables, segments, running.stopping, counts, list.add);
    isComplete = true;
  } finally {
    progress.end();
    list.end(counts, isComplete);
  }
}

/** Prints each awaiting contact at once, and collects all for `--json`. */
function createAwaitingList({ print, result }: Running, clear?: () => void) {
  const awaiting: AwaitingContact[] = [];
  return {
    add: (contact: AwaitingContact) => {
      clear?.();
      print(formatAwaiting(contact));
      if (awaiting.length < MAX_LISTED) awaiting.push(contact);
    },
    end: (counts: AwaitingCounts, isComplete: boolean) => {
      Object.assign(result, { complete: isComplete, counts, awaiting });
      print(formatAwaitingCount(counts, isComplete));
    },
  };
}

/** Shows the explanation; throws an error if the contact is unknown. */
async function showContact(
  contactId: string,
  where: string,
  ports: ExplainPorts,
  versions: FileVersion[],
  { print, result }: Running,
): Promise<void> {
  const explanation = await explainContact(contactId, ports);
  if (!explanation) {
    throw new Error(
      `There is no contact ${formatName(contactId)} in ${where}: check that the id is correct and complete.`,
    );
  }
  const shown = versions.map(({ record, place, copies, conflicting }) => ({
    ...{ lastUpdateTimestamp: record.LastUpdateTimestamp, place, copies, conflicting },
  }));
  Object.assign(result, { contact: explanation, ...(versions.length > 0 && { versions: shown }) });
  print(formatExplanation(explanation, versions));
}

async function resolveTables(target: TableSettings['target'], region: string): Promise<Tables> {
  if (!('stack' in target)) return target;
  const output = await readStackOutputs(target.stack, region);
  return { table: output('RecordsTableName'), ledger: output('LedgerTableName') };
}

runCommand({ commandLine: explainCommand, run, onStop: 'Stopping after the current requests.' });
