/**
 * Jest's global setup of the integration tests: starts the emulators and synthesizes the stack, once for all tests.
 * `emulators.ts` is where tests find them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDynalite, startEmulators } from '../../local/emulators/start-emulators';
import { synthesize } from '../../local/stack/synthesize';
import type { HandedOver } from './emulators';

export default async function start(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'contact-record-pipeline-test-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const [emulators, dynalite] = await Promise.all([startEmulators(), startDynalite(), synthesize(folder)]);
  if (emulators.dynamodbEmulator === 'dynalite') {
    process.stdout.write(
      'No Java 17 on the PATH: dynalite plays DynamoDB, tests on DynamoDB Local are skipped.\n',
    );
  }

  const handedOver: HandedOver = { ...emulators, dynalite: dynalite.endpoint, synthesized: folder };
  process.env.INTEGRATION_EMULATORS = JSON.stringify(handedOver);
  (globalThis as { stopEmulators?: () => Promise<unknown> }).stopEmulators = () =>
    Promise.all([emulators.stop(), dynalite.stop()]);
}
