/** The report in a real browser. Without a Chromium it is skipped, and says so. */
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../../../scripts/screenshot/find-chromium';
import { HOSTILE } from './a-run';
import { removeReports, writeReportOf } from './written-report';

const executablePath = findChromium();
if (executablePath === undefined) {
  process.stderr.write(
    'The report was not tested in a browser: no Chromium was found. CHROMIUM can name one.\n',
  );
}

jest.setTimeout(240_000);

(executablePath === undefined ? describe.skip : describe)('the report in Chromium', () => {
  let browser: Browser;
  let report: string;
  let hostile: string;
  /** Of the page of the current test. */
  let problems: string[];
  let requests: string[];
  let page: Page;

  beforeAll(async () => {
    [report, hostile] = [writeReportOf(600), writeReportOf('hostile')];
    browser = await chromium.launch({ executablePath: String(executablePath) });
  });
  afterAll(async () => {
    await browser.close();
    removeReports();
  });

  async function open(path: string, options: BrowserContextOptions = {}): Promise<void> {
    [problems, requests] = [[], []];
    const permissions = ['clipboard-read', 'clipboard-write'];
    page = await browser.newPage({ viewport: { width: 1200, height: 900 }, permissions, ...options });
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(path).href);
  }
  afterEach(async () => {
    await page.close();
  });

  const cells = (column: string) => page.locator(`#call-table td[data-label="${column}"]`);
  const countRows = () => page.locator('#call-table tbody tr').count();

  it('opens without a message in the console, and requests nothing but itself', async () => {
    await open(report);

    expect(problems).toEqual([]);
    expect(requests).toEqual([pathToFileURL(report).href]);
  });

  it('shows one page of rows, and the next one on a click', async () => {
    await open(report);
    const first = await cells('Contact').first().textContent();

    await page.locator('#call-table').getByRole('button', { name: 'Next' }).click();

    expect(await page.locator('#call-table output').first().textContent()).toMatch(/^26–\d+ of \d+ rows$/);
    expect(await cells('Contact').first().textContent()).not.toBe(first);
  });

  it('masks a number until it is clicked', async () => {
    await open(report);
    const texts = await cells('Number').allTextContents();
    const cell = cells('Number').nth(texts.findIndex((text) => text.includes('•')));
    const masked = await cell.textContent();

    await cell.getByRole('button').click();

    expect(masked).toMatch(/^•••\s\d{3}$/);
    expect(await cell.textContent()).toMatch(new RegExp(`^\\+\\d+${String(masked).slice(-3)}$`));
  });

  it('sorts by a column, in reverse at the second click, and with the keyboard', async () => {
    await open(report);
    const header = page.locator('#call-table th').filter({ hasText: 'Queue' });

    await header.getByRole('button').click();
    const up = await cells('Queue').allTextContents();
    await header.getByRole('button').focus();
    await page.keyboard.press('Enter');
    const down = await cells('Queue').allTextContents();

    expect(up).toEqual(up.toSorted());
    expect(down).toEqual(down.toSorted().reverse());
    expect(await header.getAttribute('aria-sort')).toBe('descending');
  });

  it('filters by any column', async () => {
    await open(report);

    await page.locator('#call-table input').fill('returns');

    const queues = await cells('Queue').allTextContents();
    expect(queues.length).toBeGreaterThan(0);
    expect(new Set(queues)).toEqual(new Set(['Returns']));
  });

  it('shows a message as JSON', async () => {
    await open(report);
    const id = await cells('Contact').first().textContent();

    await cells('Message').first().getByRole('button').click();

    const shown = JSON.parse((await page.locator('dialog pre').textContent()) ?? '') as unknown;
    expect(shown).toMatchObject({
      message: { ContactId: id },
      attributes: { EventType: 'ContactAbandoned', ContactId: id },
    });
  });

  it('closes a message with the button, and without a request', async () => {
    await open(report);
    await cells('Message').first().getByRole('button').click();

    await page.getByRole('button', { name: 'Close' }).click();

    expect(await page.locator('dialog').isVisible()).toBe(false);
    expect({ problems, requests: requests.length }).toEqual({ problems: [], requests: 1 });
  });

  it('copies the filtered rows as CSV, with the numbers', async () => {
    await open(report);
    await page.locator('#call-table input').fill('voice');
    const rows = Number(
      (await page.locator('#call-table output').first().textContent())?.match(/(\d+) rows/)?.[1],
    );

    await page.getByRole('button', { name: 'Copy as CSV' }).click();
    await page.getByText(/^Copied: /).waitFor();

    const csv = String(await page.evaluate('navigator.clipboard.readText()'));
    const [header, ...lines] = csv.trim().split(/\r?\n/);
    expect(header).toBe('ContactId,EndedUtc,Queue,WaitedSeconds,Channel,Number');
    expect(lines).toHaveLength(rows);
    expect(lines[0]).toMatch(/^[\da-f-]{36},\d{4}-[\dT:-]+Z,[^,]+,\d+,VOICE,\+\d+$/);
  });

  it('shows the history of a contact that is chosen', async () => {
    await open(report);
    const id = await cells('Contact').first().textContent();

    await cells('Contact').first().getByRole('button').click();

    const contact = page.locator('#contact');
    expect(await contact.locator('h3').textContent()).toBe(id);
    expect(await contact.textContent()).toContain('kept: this version is in the table');
    expect(await contact.textContent()).toContain('DisconnectTimestamp: 20');
  });

  it('says of a forgotten contact that it was forgotten', async () => {
    await open(hostile);

    await page.getByRole('button', { name: 'c-forgotten' }).click();

    expect(await page.locator('#contact').textContent()).toContain('a tombstone has replaced it');
  });

  it('says how many deliveries of a contact it leaves out', async () => {
    await open(hostile);

    await page.getByRole('button', { name: 'c-repeated' }).click();

    expect(await page.locator('#contact .deliveries li').count()).toBe(50);
    expect(await page.locator('#contact').textContent()).toContain('and 250 more');
  });

  it('has light text on a dark page where the system is dark', async () => {
    const brightness = async (name: 'color' | 'backgroundColor') => {
      const colour = String(await page.evaluate(`getComputedStyle(document.body).${name}`));
      return (colour.match(/\d+/g) ?? []).reduce((sum, one) => sum + Number(one), 0);
    };

    await open(report, { colorScheme: 'dark' });
    const dark = [await brightness('color'), await brightness('backgroundColor')];
    await page.emulateMedia({ colorScheme: 'light' });
    const light = [await brightness('color'), await brightness('backgroundColor')];

    expect(dark[0]).toBeGreaterThan(600);
    expect(dark[1]).toBeLessThan(100);
    expect(light[0]).toBeLessThan(150);
    expect(light[1]).toBeGreaterThan(700);
  });

  it.each([600, 'hostile'])('fits a phone of 360 pixels: %s', async (run) => {
    await open(run === 'hostile' ? hostile : report, { viewport: { width: 360, height: 740 } });
    await cells('Contact').first().getByRole('button').click();

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });

  it('prints all rows, without controls', async () => {
    await open(report);

    await page.emulateMedia({ media: 'print' });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");

    expect(await countRows()).toBeGreaterThan(25);
    expect(await page.locator('#call-table input').isVisible()).toBe(false);
  });

  it('shows values that are HTML as text', async () => {
    await open(hostile);

    await cells('Message').first().getByRole('button').click();

    expect(await page.locator('dialog pre').textContent()).toContain(JSON.stringify(HOSTILE));
    expect(await cells('Queue').first().textContent()).toBe(HOSTILE);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toBe('Contact records: report');
    expect({ problems, requests: requests.length }).toEqual({ problems: [], requests: 1 });
  });

  it('copies a value that a spreadsheet would run as text', async () => {
    await open(hostile);

    await page.getByRole('button', { name: 'Copy as CSV' }).click();
    await page.getByText(/^Copied: 1 row/).waitFor();

    const csv = String(await page.evaluate('navigator.clipboard.readText()'));
    expect(csv).toContain(`,"'=1+1,""${HOSTILE.replaceAll('"', '""')}"`);
  });
});
