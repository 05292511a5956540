/**
 * Jest's global setup of the integration tests: starts the engines and synthesizes the stack, once for all tests.
 * `engines.ts` is where tests find them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDynalite } from '../../local/emulators/dynalite';
import { startEngines } from '../../local/emulators/start-emulators';
import { synthesize } from '../../local/stack/synthesize';
import type { HandedOver } from './emulators';

export default async function start(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'contact-record-pipeline-test-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const [engines, dynalite] = await Promise.all([startEngines(), startDynalite(), synthesize(folder)]);
  if (engines.dynamodbEngine === 'dynalite') {
    process.stdout.write(
      'No Java 17 on the PATH: dynalite plays DynamoDB, tests on DynamoDB Local are skipped.\n',
    );
  }

  const handedOver: HandedOver = { ...engines, dynalite: dynalite.endpoint, synthesized: folder };
  process.env.INTEGRATION_ENGINES = JSON.stringify(handedOver);
  (globalThis as { stopEngines?: () => Promise<unknown> }).stopEngines = () =>
    Promise.all([engines.stop(), dynalite.stop()]);
}
