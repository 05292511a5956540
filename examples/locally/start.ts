/**
 * Runs the pipeline with your contact records on this machine, and prints the callback list.
 *
 *   npm run example:callbacks -- FILE
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasJava17 } from '../../local/emulators/dynamodb-local';
import { startLocalStack } from '../../local/stack/local-stack';
import { synthesize } from '../../local/stack/synthesize';
import { showList } from '../callback-list/show-list';
import { startCallbackList } from './callback-list';
import { startConnectServer } from './connect-server';

const LIMIT_MS = 60_000;

async function start(file: string | undefined): Promise<void> {
  if (file === undefined) throw new Error('Give a file with one contact record in each line.');
  if (!(await hasJava17())) throw new Error('This example needs Java 17 or newer for DynamoDB Local.');
  const records = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  const folder = mkdtempSync(join(tmpdir(), 'callback-list-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  console.log('Starting the pipeline with the setting recordsTableStream, and the callback list.');
  const synthesized = await synthesize(folder, { recordsTableStream: true });
  const stack = await startLocalStack({ synthesized, shards: 1 });
  const connect = await startConnectServer();
  try {
    // With these values, contacts of any age stay in the list and get their task at once.
    const environment = { CALL_AFTER_MINUTES: '0', KEEP_DAYS: '36500' };
    const list = await startCallbackList(stack, connect.endpoint, { environment });
    for (const record of records) {
      await stack.putRecords([{ data: Buffer.from(record), partitionKey: 'any' }]);
      await stack.whenCaughtUp(LIMIT_MS);
      await list.processMessages();
      await list.processRecords();
    }
    const show = () => showList(stack.clients.dynamodb, list.tableName);
    console.log(`\n${records.length} contact records were processed. The list:\n\n${await show()}\n`);
    await list.createTasks();
    console.log(
      `Connect would create ${connect.tasks.length} tasks. The list after that:\n\n${await show()}`,
    );
  } finally {
    await connect.close();
    await stack.stop();
  }
}

start(process.argv[2]).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
