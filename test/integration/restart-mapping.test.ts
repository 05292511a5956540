/** Tests an event source mapping that restarts during an invocation. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../local/generator/random';
import type { Invocation } from '../../local/event-source-mapping/types';
import { type LocalStack, startLocalStack } from '../../local/stack/local-stack';
import { aName, emulators, synthesized } from './emulators';

const folder = mkdtempSync(join(tmpdir(), 'restart-mapping-'));
let stack: LocalStack | undefined;

afterEach(() => stack?.stop());
afterAll(() => {
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

/** Starts a stack with that function, and one record in a batch. */
async function aStack() {
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
  const until = async (condition: () => boolean) => {
    for (let waited = 0; !condition() && waited < 20_000; waited += 20) await sleep(20);
  };
  return { stack, got, invocations, until };
}

const delivery = (data: string) => ({ data: Buffer.from(data), partitionKey: 'k' });

it('continues at its last checkpoint, without the result of the running invocation', async () => {
  const { stack, got, invocations, until } = await aStack();
  await stack.putRecords([delivery('first')]);
  await stack.whenCaughtUp(20_000);
  await stack.putRecords([delivery('slow'), delivery('last')]);
  await until(() => got.includes('slow'));

  const startedAt = performance.now();
  stack.restartMapping();
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  await stack.whenCaughtUp(20_000);
  await until(() => stack.function.busy().length === 0);

  // Records that were done before the restart are not delivered again. Running ones are.
  expect(got).toEqual(['first', 'slow', 'slow', 'last']);
  expect(invocations.reduce((sum, { done }) => sum + done, 0)).toBe(3);
});

it('reads a shard to its end before those that came from it when its shards were split and merged', async () => {
  const { stack, got, until } = await aStack();
  const random = createRandom(1);
  await stack.putRecords([delivery('first'), delivery('slow'), delivery('before')]);
  await until(() => got.includes('slow'));

  const split = await stack.reshard(random);
  await stack.putRecords([delivery('between')]);
  stack.restartMapping();
  const changes = [split, await stack.reshard(random), await stack.reshard(random)];
  await stack.putRecords([delivery('after')]);
  await stack.whenCaughtUp(30_000);
  stack.restartMapping();
  await stack.putRecords([delivery('last')]);
  await stack.whenCaughtUp(20_000);

  expect(got).toEqual(['first', 'slow', 'slow', 'before', 'between', 'after', 'last']);
  expect(split).toEqual({
    parents: ['shardId-000000000000'],
    children: ['shardId-000000000001', 'shardId-000000000002'],
  });
  expect(changes.map(({ parents, children }) => parents.length + children.length)).toEqual([3, 3, 3]);
});
