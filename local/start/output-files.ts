/** Writes the files of `--out`, which contain values of records. */
import { constants, createWriteStream } from 'node:fs';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UsageError } from '../../cli/shared/usage-error';
import { stringifySorted } from './stringify-exactly';
import type { Summary } from './summary';
import type { Results } from '../check-results';

/** Creates the folder and checks that it can be written to, before anything is started. */
export async function prepareFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOTDIR') throw new UsageError(`--out: ${path} is not a directory.`);
    throw new UsageError(`--out: cannot write to ${path} (${code ?? 'unknown error'}).`);
  }
}

export async function writeFiles(folder: string, results: Results, summary: Summary): Promise<void> {
  const write = (name: string, values: unknown[]) =>
    pipeline(formatLines(values), createWriteStream(join(folder, name), { mode: 0o600 }));

  await write('contacts.ndjson', results.items);
  const messages = results.messages.map(({ body, attributes }) => ({ message: body, attributes }));
  await write('messages.ndjson', messages);
  for (const kind of ['quarantined', 'refused', 'conflicting'] as const) {
    const objects = results.failedRecords.filter((object) => object.kind === kind);
    await write(`${kind}.ndjson`, objects);
  }
  await writeFile(join(folder, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
}

function* formatLines(values: unknown[]): Generator<string> {
  for (const value of values) yield `${stringifySorted(value)}\n`;
}
