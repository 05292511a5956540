/**
 * Takes README's picture of the last report of `npm start`. The command is `npm run screenshot [-- REPORT IMAGE]`. Use
 * generated records, because the picture shows contact ids.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { findChromium } from './find-chromium';

const [report = 'out/report.html', image = 'docs/images/report.png'] = process.argv.slice(2);
/** Fits two columns of charts, and the first rows of the table. */
const SIZE = { width: 1060, height: 940 };
const ROWS = 6;

async function takeScreenshot(executablePath: string): Promise<void> {
  const browser = await chromium.launch({ executablePath });
  try {
    const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light' });
    await page.goto(pathToFileURL(resolve(report)).href);
    await page.addStyleTag({ content: `#call-table tbody tr:nth-child(n + ${ROWS + 1}) { display: none }` });
    await page.screenshot({ path: image });
  } finally {
    await browser.close();
  }
}

const executablePath = findChromium();
if (!existsSync(report)) {
  console.error(`${report} does not exist: run npm start first.`);
  process.exitCode = 1;
} else if (executablePath === undefined) {
  console.error('No Chromium was found: install one, or set CHROMIUM to its path.');
  process.exitCode = 1;
} else {
  void takeScreenshot(executablePath);
}
