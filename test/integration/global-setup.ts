/**
 * Jest's global setup of the integration tests: starts the emulators, synthesizes the stack and bundles the commands,
 * once for all tests. `emulators.ts` is where tests find them.
 */
import { rmSync } from 'node:fs';
import { startDynalite, startEmulators } from '../../local/emulators/start-emulators';
import { synthesizeIfChanged } from '../../local/stack/synthesize';
import { bundleCommands } from './bundle-commands';
import type { HandedOver } from './emulators';

export default async function start(): Promise<void> {
  const [emulators, dynalite, commands, { folder }] = await Promise.all([
    startEmulators(),
    startDynalite(),
    bundleCommands(),
    synthesizeIfChanged(),
  ]);
  process.once('exit', () => {
    rmSync(commands, { recursive: true, force: true });
  });
  if (emulators.dynamodbEmulator === 'dynalite') {
    process.stdout.write(
      'No Java 17 on the PATH: dynalite plays DynamoDB, tests on DynamoDB Local are skipped.\n',
    );
  }

  const handedOver: HandedOver = { ...emulators, dynalite: dynalite.endpoint, synthesized: folder, commands };
  process.env.INTEGRATION_EMULATORS = JSON.stringify(handedOver);
  (globalThis as { stopEmulators?: () => Promise<unknown> }).stopEmulators = () =>
    Promise.all([emulators.stop(), dynalite.stop()]);
}
