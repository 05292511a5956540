/**
 * Tests connections of a frozen function: the bundle runs in a process that is stopped and continued, with a service behind
 * TLS that forgets connections.
 */
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_IDLE_MS } from '../../lambda/contact-records/aws/connection-pool';
import { aDelivery, anAnsweredContactRecord } from '../factories';
import { type BundledFunction, bundledFunction } from './bundled-function';
import { CERTIFICATE, type Forgetting, startForgettingService } from './forgetting-service';

/** An answer is missed after three seconds, and a timer of undici is up to a second late. */
const REQUEST_TIMEOUT_MS = 4_000;

jest.setTimeout(120_000);

let bundled: BundledFunction;
beforeAll(async () => {
  bundled = await bundledFunction('connections');
});
afterAll(() => bundled.stop());

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

describe.each<Forgetting>(['reset', 'silence'])(
  'when connections are forgotten, and the next byte meets %s',
  (how) => {
    it('takes one invocation, and uses no old connection, after a freeze of more than the idle time', async () => {
      const { service, freeze, thaw, invoke } = await aFunction();
      for (const size of [1, 10, 500]) {
        const burst = await invoke(500);
        freeze();
        service.forget(how);
        await sleep(MAX_IDLE_MS + 500);
        thaw();

        const { failures, milliseconds } = await invoke(size);

        expect(failures).toEqual([]);
        expect(milliseconds).toBeLessThan(burst.milliseconds + 1_000);
      }
    });

    it.each<[string, (index: number) => boolean]>([
      ['all', () => true],
      ['every third one', (index) => index % 3 === 0],
    ])(
      'takes one invocation, and at most a request timeout longer, after a short freeze (%s)',
      async (_which, isForgotten) => {
        const { service, freeze, thaw, invoke } = await aFunction();
        for (const size of [1, 500]) {
          const burst = await invoke(500);
          freeze();
          service.forget(how, isForgotten);
          await sleep(300);
          thaw();

          const { failures, milliseconds } = await invoke(size);

          expect(failures).toEqual([]);
          expect(milliseconds).toBeLessThan(2 * burst.milliseconds + REQUEST_TIMEOUT_MS + 1_000);
        }
      },
    );

    it.each(['handshake', 'request'])(
      'takes one invocation for the batch after a freeze in the middle of a %s',
      async (middle) => {
        const { service, freeze, thaw, invoke } = await aFunction();
        await invoke(500);
        if (middle === 'handshake') await sleep(MAX_IDLE_MS + 500);
        service.holdBack(true);
        const interrupted = invoke(500);
        await sleep(200);
        freeze();
        service.forget(how);
        service.holdBack(false);
        await sleep(1_000);
        thaw();
        await interrupted;

        const { failures } = await invoke(500);

        expect(failures).toEqual([]);
      },
    );
  },
);

it('passes a cold start with a batch of 500 in one invocation at a tenth of a core', async () => {
  const { invoke, limitCpu } = await aFunction();
  const stopLimiting = limitCpu(0.1);

  const { failures } = await invoke(500);

  stopLimiting();
  expect(failures).toEqual([]);
}, 90_000);

async function aFunction(listener: RequestListener = answerAtOnce) {
  const service = await startForgettingService(listener);
  const lines: string[] = [];
  const theFunction = bundled.start(
    {
      AWS_ENDPOINT_URL_DYNAMODB: service.endpoint,
      NODE_EXTRA_CA_CERTS: CERTIFICATE,
      NODE_OPTIONS: `${bundled.nodeOptions} --require ${__dirname}/print-pid.cjs`,
    },
    { onOutput: (line) => lines.push(line) },
  );
  running.push(async () => {
    await theFunction.stop();
    service.stop();
  });
  const isStarted = () => lines.some((line) => line.includes('"pid"'));
  const getPid = () =>
    (JSON.parse(lines.find((line) => line.includes('"pid"')) ?? '') as { pid: number }).pid;
  const signal = (name: NodeJS.Signals) => {
    process.kill(getPid(), name);
  };
  let records = 0;
  return {
    service,
    lines,
    freeze: () => {
      signal('SIGSTOP');
    },
    thaw: () => {
      signal('SIGCONT');
    },
    /** Limits the process to a share of a core; returns a function that ends the limit. */
    limitCpu: (share: number) => {
      const startedAt = performance.now();
      const timer = setInterval(() => {
        if (!isStarted()) return;
        const mayHave = (performance.now() - startedAt) * share;
        signal(readCpuMs(getPid()) > mayHave ? 'SIGSTOP' : 'SIGCONT');
      }, 5);
      return () => {
        clearInterval(timer);
        signal('SIGCONT');
      };
    },
    /** Delivers a batch of new contacts once. */
    invoke: async (size: number) => {
      const Records = Array.from({ length: size }, (_, index) =>
        aDelivery(anAnsweredContactRecord({ ContactId: `contact-${records++}` }), index + 1),
      );
      const startedAt = performance.now();
      const outcome = await theFunction.invoke({ Records });
      const { batchItemFailures } = (outcome as { payload: { batchItemFailures: object[] } }).payload;
      return { failures: batchItemFailures, milliseconds: performance.now() - startedAt };
    },
  };
}

const answerAtOnce: RequestListener = (request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
  });
};

/** Processor time of a process. Without `/proc`, the process counts as one that has had none. */
function readCpuMs(pid: number): number {
  try {
    const [user = 0, system = 0] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
      .slice(11)
      .map(Number);
    return (user + system) * 10;
  } catch {
    return 0;
  }
}
