/** Runs in the report page: shows, sorts, filters and copies the tables. Values become text nodes, never HTML. */
import type { Call, Delivered, History, ShownField, Tables } from '../report-data';

const PAGE_ROWS = 25;
/** Upper bound of the rows of a printed table. */
const PRINTED_ROWS = 2_000;

interface Column<Row> {
  readonly label: string;
  readonly value: (row: Row) => string | number;
  /** What the cell shows. @default the value */
  readonly show?: (row: Row) => string | Node;
}

const tables = JSON.parse(find('data').textContent) as Tables;
const dialog = find('dialog') as HTMLDialogElement;
const histories = new Map(tables.histories.map((history) => [history.id, history]));

function fillPage(): void {
  const copied = create('output', { class: 'status' });
  const copyRows = async () => {
    const rows = getCalls();
    const header = ['ContactId', 'EndedUtc', 'Queue', 'WaitedSeconds', 'Channel', 'Number'];
    const lines = rows.map((row) => [row.id, row.ended, row.queue, row.seconds, row.channel, row.number]);
    const csv = [header, ...lines].map((fields) => fields.map(formatCsvField).join(',')).join('\r\n');
    try {
      await navigator.clipboard.writeText(csv);
      copied.textContent = `Copied: ${count(rows.length, 'row')}.`;
    } catch {
      // A browser may refuse its clipboard to a file.
      showText('Copy this text', csv);
    }
  };
  const copy = createButton('Copy as CSV', () => void copyRows());
  const callColumns: readonly Column<Call>[] = [
    { label: 'Ended (UTC)', value: ({ ended }) => ended ?? '', show: ({ ended }) => formatTime(ended) },
    { label: 'Queue', value: ({ queue }) => queue },
    { label: 'Waited', value: ({ seconds }) => seconds ?? -1, show: ({ seconds }) => formatSeconds(seconds) },
    { label: 'Channel', value: ({ channel }) => channel },
    { label: 'Number', value: ({ number }) => number, show: ({ number }) => maskNumber(number) },
    {
      label: 'Message',
      value: ({ message }) => (message === undefined ? 0 : 1),
      show: ({ id, message, without = '' }) =>
        message === undefined
          ? without
          : createButton(
              'Show',
              () => {
                showText(`Message of ${id}`, indent(message));
              },
              `Message of ${id}`,
            ),
    },
    { label: 'Contact', value: ({ id }) => id, show: ({ id }) => linkContact(id) },
  ];
  const getCalls = createTable('call', tables.calls, callColumns, [copy, copied]);

  createTable<History>('contacts', tables.histories, [
    { label: 'Contact', value: ({ id }) => id, show: ({ id }) => linkContact(id) },
    { label: 'Decision', value: ({ decision }) => decision },
    { label: 'Queue', value: ({ queue }) => queue },
    { label: 'Deliveries', value: ({ deliveries, more = 0 }) => deliveries.length + more },
    { label: 'Messages', value: ({ messages }) => messages },
  ]);
}

/**
 * Creates a section's table with sortable columns and a filter. Only one page of rows is in the document.
 *
 * @returns a function that returns the filtered rows in the shown order
 */
function createTable<Row>(
  section: string,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  moreControls: readonly Node[] = [],
) {
  let shown = rows;
  let sorted: { column: Column<Row>; sign: 1 | -1 } | undefined;
  let first = 0;
  let pageRows = PAGE_ROWS;
  const texts = new Map<Row, string>();
  const textOf = (row: Row) => {
    const text =
      texts.get(row) ??
      columns
        .map(({ value }) => value(row))
        .join(' ')
        .toLowerCase();
    texts.set(row, text);
    return text;
  };
  const filter = create('input', { type: 'search', 'aria-label': 'Filter the rows' });
  filter.placeholder = 'Filter';
  const status = create('output', { class: 'status' });
  const head = create('tr', { role: 'row' });
  const body = create('tbody', { role: 'rowgroup' });
  const move = (by: number) => () => {
    first += by;
    render();
  };
  const previous = createButton('Previous', move(-PAGE_ROWS));
  const next = createButton('Next', move(PAGE_ROWS));

  const update = () => {
    const wanted = filter.value.trim().toLowerCase();
    shown = wanted === '' ? rows : rows.filter((row) => textOf(row).includes(wanted));
    if (sorted) {
      const { column, sign } = sorted;
      shown = shown.toSorted((a, b) => sign * compare(column.value(a), column.value(b)));
    }
    first = 0;
    render();
  };
  const headers = columns.map((column) => {
    const header = create('th', { role: 'columnheader', scope: 'col' });
    const sort = () => {
      sorted = { column, sign: sorted?.column === column && sorted.sign === 1 ? -1 : 1 };
      for (const one of headers) one.removeAttribute('aria-sort');
      header.setAttribute('aria-sort', sorted.sign === 1 ? 'ascending' : 'descending');
      update();
    };
    header.append(createButton(column.label, sort));
    return header;
  });
  const render = () => {
    const page = shown.slice(first, first + pageRows);
    body.replaceChildren(...page.map((row) => createRow(row, columns)));
    const range = page.length < shown.length ? `${first + 1}–${first + page.length} of ` : '';
    status.textContent = range + count(shown.length, 'row');
    previous.disabled = first === 0;
    next.disabled = first + PAGE_ROWS >= shown.length;
  };
  filter.addEventListener('input', update);
  addEventListener('beforeprint', () => {
    [first, pageRows] = [0, PRINTED_ROWS];
    render();
  });
  addEventListener('afterprint', () => {
    pageRows = PAGE_ROWS;
    render();
  });

  head.append(...headers);
  const table = create('table', { role: 'table', 'aria-labelledby': `${section}-title` });
  const header = create('thead', { role: 'rowgroup' });
  header.append(head);
  table.append(header, body);
  const controls = create('div', { class: 'controls' });
  controls.append(filter, status, previous, next, ...moreControls);
  find(`${section}-table`).append(controls, table);
  render();
  return () => shown;
}

function createRow<Row>(row: Row, columns: readonly Column<Row>[]): HTMLElement {
  const cells = columns.map(({ label, value, show = value }) => {
    const shown = show(row);
    const cell = create('td', { role: 'cell', 'data-label': label });
    cell.append(typeof shown === 'number' ? shown.toLocaleString('en-US') : shown === '' ? '–' : shown);
    return cell;
  });
  const tr = create('tr', { role: 'row' });
  tr.append(...cells);
  return tr;
}

function showContact(id: string): void {
  const history = histories.get(id);
  const box = find('contact');
  const title = create('h3', { tabindex: '-1' }, id);
  box.replaceChildren(
    title,
    ...(history ? describe(history) : ['This contact is not on this page: it is too large.']),
  );
  box.hidden = false;
  title.focus({ preventScroll: true });
  box.scrollIntoView({ block: 'start' });
}

function describe({
  decision,
  says,
  fields,
  next,
  messages,
  version,
  deliveries,
  more = 0,
}: History): Node[] {
  const nextId = next && (histories.has(next.id) ? linkContact(next.id) : next.id);
  const row = (name: string, ...content: (string | Node)[]) => {
    const term = create('dt', {}, name);
    const text = create('dd', {});
    text.append(...content);
    return [term, text];
  };
  const list = create('dl', {});
  list.append(
    ...row('Decision', create('strong', {}, decision), ` – ${says}`, listFields(fields)),
    ...(next && nextId ? row('Next contact', nextId, ` – ${next.says}`, listFields(next.fields)) : []),
    ...row('In the table', version === '' ? 'no version' : `version ${version}`),
    ...row('Messages', String(messages)),
    ...row(
      'Deliveries',
      listDeliveries(deliveries),
      more > 0 ? `and ${more.toLocaleString('en-US')} more` : '',
    ),
  );
  return [list];
}

function listFields(fields: readonly ShownField[]): Node {
  const list = create('ul', { class: 'fields' });
  for (const [name, value] of fields) list.append(create('li', {}, `${name}: ${value}`));
  return list;
}

function listDeliveries(deliveries: readonly Delivered[]): Node {
  const list = create('ol', { class: 'deliveries' });
  for (const [at, version, became] of deliveries) {
    const item = create('li', {}, `${at}: ${version === '' ? '' : `version ${version}, `}`);
    item.append(create('strong', {}, became));
    list.append(item);
  }
  return list;
}

function showText(title: string, text: string): void {
  find('text-title').textContent = title;
  find('text').textContent = text;
  dialog.showModal();
}

/** Indents JSON; numbers stay exact in browsers that support `JSON.rawJSON`. */
function indent(json: string): string {
  type Reviver = (name: string, value: unknown, context?: { source?: string }) => unknown;
  const { rawJSON } = JSON as unknown as { rawJSON?: (text: string) => unknown };
  const keepNumber: Reviver = (_name, value, context) =>
    typeof value === 'number' && rawJSON && context?.source !== undefined ? rawJSON(context.source) : value;
  return JSON.stringify(JSON.parse(json, keepNumber), null, 2);
}

const linkContact = (id: string): Node =>
  createButton(id, () => {
    showContact(id);
  });

/** Shows the last three characters; a click shows the rest. */
function maskNumber(number: string): string | Node {
  if (number === '') return '';
  const button = createButton(
    `•••\u00a0${number.slice(-3)}`,
    () => {
      button.replaceWith(number);
    },
    `Show the number that ends in ${number.slice(-3)}`,
  );
  return button;
}

const formatTime = (timestamp = ''): string => timestamp.replace('T', ' ').replace('Z', '');

function formatSeconds(seconds: number | undefined): string {
  if (seconds === undefined) return '';
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Quotes a CSV field. An apostrophe before a formula keeps spreadsheets from running it. */
function formatCsvField(value: string | number | undefined): string {
  const text = String(value ?? '');
  const isFormula = /^[=@\t\r-]/.test(text) || (text.startsWith('+') && !/^\+[\d ]+$/.test(text));
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

const count = (number: number, noun: string): string =>
  `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;

function createButton(text: string, onClick: () => void, label?: string): HTMLButtonElement {
  const button = create(
    'button',
    { type: 'button', ...(label !== undefined && { 'aria-label': label }) },
    text,
  );
  button.addEventListener('click', onClick);
  return button;
}

function create<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>>,
  text = '',
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.textContent = text;
  return element;
}

function find(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no ${id}.`);
  return element;
}

fillPage();
