/**
 * `npm start` on the emulators and the synthesized stack of the integration tests, which saves the start of its own.
 */
import { runStart } from '../../local/start/run-start';
import { startLocalStack } from '../../local/stack/local-stack';
import type { SynthesizedStack } from '../../local/stack/synthesize';
import type { Resource } from '../../local/stack/template';
import { aName, emulators, synthesized } from './emulators';

/** An action that the policies do not allow, and whether the queue never receives a message. */
const { WITHOUT_ACTION, WITHOUT_MESSAGES } = process.env;

runStart(async (options) => {
  const stack = await startLocalStack({
    ...options,
    emulators,
    synthesized: removeAction(await synthesized()),
    stackName: aName('start'),
    // Each shard starts a process of the function.
    shards: 2,
  });
  if (WITHOUT_MESSAGES !== undefined)
    stack.clients.sqs.middlewareStack.add(
      () => () => Promise.resolve({ response: {}, output: { $metadata: {} } }),
      { step: 'initialize' },
    );
  return stack;
});

function removeAction({ template, folder }: SynthesizedStack): SynthesizedStack {
  if (WITHOUT_ACTION === undefined) return { template, folder };
  const text = JSON.stringify([...template]).replaceAll(`"${WITHOUT_ACTION}"`, '"none:None"');
  return { folder, template: new Map(JSON.parse(text) as [string, Resource][]) };
}
