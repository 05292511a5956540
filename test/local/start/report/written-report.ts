/** Writes reports for tests, in a program of its own: Jest cannot load the library of the charts. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROJECT = join(__dirname, '../../../..');
const PROGRAM = join(__dirname, 'fixtures/write-a-report.ts');
const folder = mkdtempSync(join(tmpdir(), 'report-'));

/** @returns the path of the report */
export function writeReportOf(run: 'hostile' | number): string {
  const args = ['--import', 'tsx', PROGRAM, String(run), join(folder, String(run))];
  return execFileSync(process.execPath, args, { cwd: PROJECT, encoding: 'utf8' }).trim();
}

export const removeReports = () => {
  rmSync(folder, { recursive: true });
};
