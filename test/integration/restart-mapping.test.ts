/** An event source mapping that restarts in the middle of an invocation, with a function of the test's own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Invocation } from '../../local/event-source-mapping/types';
import { type LocalStack, startLocalStack } from '../../local/stack/local-stack';
import { aName, emulators, synthesized } from './emulators';

const folder = mkdtempSync(join(tmpdir(), 'restart-mapping-'));
let stack: LocalStack | undefined;

afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true });
});

/** Logs the records of the event, and delays those that are marked. */
const FUNCTION = `
  import { setTimeout } from 'node:timers/promises';
  export const handler = async ({ Records }) => {
    const got = Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString());
    console.log(JSON.stringify(got));
    if (got.includes('slow')) await setTimeout(3000);
  };
`;

it('goes on from its last checkpoint, without the result of the invocation that was running', async () => {
  writeFileSync(join(folder, 'index.mjs'), FUNCTION);
  const { template } = await synthesized();
  for (const [logicalId, resource] of template) {
    if (resource.type !== 'AWS::Lambda::Function') continue;
    template.set(logicalId, { ...resource, metadata: { 'aws:asset:path': '.' } });
  }
  const got: string[] = [];
  const invocations: Invocation[] = [];
  stack = await startLocalStack({
    ...{ emulators, synthesized: { template, folder }, stackName: aName('restart'), shards: 1, batchSize: 1 },
    onFunctionOutput: (line) => got.push(...(JSON.parse(line) as string[])),
    onInvocation: (invocation) => invocations.push(invocation),
  });
  const delivery = (data: string) => ({ data: Buffer.from(data), partitionKey: 'k' });
  await stack.putRecords([delivery('first')]);
  await stack.whenCaughtUp(20_000);
  await stack.putRecords([delivery('slow'), delivery('last')]);
  for (let waited = 0; !got.includes('slow') && waited < 20_000; waited += 20) await sleep(20);

  const startedAt = performance.now();
  stack.restartMapping();
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  await stack.whenCaughtUp(20_000);
  for (let waited = 0; stack.function.busy().length > 0 && waited < 20_000; waited += 20) await sleep(20);

  // What was done before the restart is not delivered again; what was running is.
  expect(got).toEqual(['first', 'slow', 'slow', 'last']);
  expect(invocations.reduce((sum, { done }) => sum + done, 0)).toBe(3);
});
