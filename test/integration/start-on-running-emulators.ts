/**
 * `npm start` on the emulators and the synthesized stack of the integration tests, which saves the start of its own.
 */
import { runStart } from '../../local/start/run-start';
import { startLocalStack } from '../../local/stack/local-stack';
import { aName, emulators, synthesized } from './emulators';

runStart(async (options) =>
  startLocalStack({ ...options, emulators, synthesized: await synthesized(), stackName: aName('start') }),
);
