/** Writes the report of a run: one HTML file. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collectReport, type ReportInput } from './collect-report';
import { renderPage } from './render-page';

/** Only the user may read the file: it contains personal data. */
const MODE = 0o600;

/** @returns the path of the file */
export async function writeReport(folder: string, input: ReportInput): Promise<string> {
  const path = join(folder, 'report.html');
  const page = renderPage(collectReport(input));
  await mkdir(folder, { recursive: true });
  // The rename avoids a partly written page, and replaces the mode of an older file.
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, page, { mode: MODE });
  await rename(part, path);
  return path;
}
