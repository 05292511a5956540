/**
 * One simulated run: a workload, shards that hand it over at least once, the function, and services behind a network
 * that fails. Each turn of the scheduler moves one thing, or something goes wrong. When the faults have ceased, all has
 * to come to its end.
 */
import { marshall } from '@aws-sdk/util-dynamodb';
import type { AwsCalls } from '../../lambda/contact-records/aws/clients';
import { LEASE_MS } from '../../lambda/contact-records/steps/ledger';
import type { RunChoices } from './choices';
import { simulatedClock } from './clock';
import { faultsFrom } from './faults';
import type { Invocation } from './invocation';
import { type Judge, judgeOf } from './judge';
import { type Call, type Network, simulatedNetwork } from './network';
import { type Services, servicesInMemory } from './services';
import { type Shard, shardsOf } from './shards';
import type { SimulatedFunction } from './simulated-function';
import { Violation } from './violation';
import { workloadFrom } from './workload';

/** What happened, in numbers. */
export interface Counts {
  steps: number;
  deliveries: number;
  invocations: number;
  faults: number;
  kills: number;
  explainedDuplicates: number;
}

export interface RunResult extends Counts {
  violation: Violation | undefined;
}

/** The function's timeout. */
const TIMEOUT_MS = 60_000;
/** What an invocation may have left of it, while there are faults. */
const REMAINING_MS = [TIMEOUT_MS, TIMEOUT_MS, 20_000, 5_000];
const BACKOFF_MS = 1_000;
/** Time may pass while nothing moves: calls run into their limits, leases end. */
const JUMPS_MS = [100, 1_000, 5_000, LEASE_MS + 1_000, 2 * LEASE_MS];
/** Clocks of processes differ. */
const SKEWS_MS = [0, 1_000, -1_000];
/** So long after the last fault, all leases of dead processes have ended, and every invocation gets on. */
const HEALED_AFTER_MS = LEASE_MS + Math.max(...SKEWS_MS) - Math.min(...SKEWS_MS) + 1_000;
const STUCK_AFTER_MS = 4 * LEASE_MS;
const MAX_STEPS = 20_000;

/** Runs until everything has ended or a promise is broken. `tell` gets the story, line by line. */
export async function run(
  { workload: workloadChoices, schedule: choices }: RunChoices,
  theFunction: SimulatedFunction,
  tell: (line: string) => void = () => undefined,
): Promise<RunResult> {
  const clock = simulatedClock();
  const startedAt = clock.now();
  const tellWhen = (line: string) => {
    tell(`${((clock.now() - startedAt) / 1000).toFixed(3).padStart(8)} s  ${line}`);
  };
  const workload = workloadFrom(workloadChoices);
  const faults = faultsFrom(choices);
  const judge = judgeOf(workload);
  const services = servicesInMemory(judge);
  const network = simulatedNetwork(choices, faults, clock, judge.fault, tellWhen);
  const shards = shardsOf(workload.shards);
  const running = new Set<Invocation>();
  const counts = { steps: 0, invocations: 0, kills: 0 };
  let calmSince: number | undefined;
  // What the function's own promises run into is told to the scheduler.
  let violation: Violation | undefined;

  const isHealed = (moment: number) => calmSince !== undefined && moment > calmSince + HEALED_AFTER_MS;

  const invoke = (shard: Shard) => {
    const records = shard.take(choices);
    const skew = SKEWS_MS[choices.choose(SKEWS_MS.length)] ?? 0;
    const limit =
      calmSince === undefined ? (REMAINING_MS[choices.choose(REMAINING_MS.length)] ?? 0) : TIMEOUT_MS;
    const name = `invocation ${++counts.invocations}`;
    const invocation: Invocation = { name, records, startedAt: clock.now(), skew, state: 'running' };
    shard.running = invocation;
    running.add(invocation);
    tellWhen(`${name}: shard ${shard.name}, records ${sequenceNumbers(invocation)}`);

    const endOf = clock.after(limit, () => {
      if (invocation.state !== 'running') return;
      violation ??= new Violation('ends', `${name} ran into the timeout`);
    });
    const ended = (retryFrom: string | undefined) => {
      if (invocation.state !== 'running') return;
      endOf();
      invocation.state = 'ended';
      judge.ended(invocation, retryFrom, clock.now());
      running.delete(invocation);
      tellWhen(`${name}: ${retryFrom === undefined ? 'all done' : `retry from ${retryFrom}`}`);
      if (network.hasCallOf(invocation))
        violation ??= new Violation('ends', `${name} ended while a call of its own goes on`);
      if (retryFrom === records[0]?.kinesis.sequenceNumber && isHealed(invocation.startedAt))
        violation ??= new Violation('ends', `${name} did not get on, although nothing was wrong`);
      settle(shard, invocation, retryFrom);
    };
    const now = () => clock.now() + skew;
    theFunction(records, {
      calls: callsOf(invocation, network, services, judge),
      now,
      pause: (milliseconds) =>
        new Promise<void>((resolve) => {
          clock.after(milliseconds, resolve);
        }),
      abortedAfter: clock.abortedAfter,
      remaining: () => invocation.startedAt + limit - clock.now(),
      notifyWithinHours: workload.notifyWithinHours,
    }).then(ended, (error: unknown) => {
      violation ??= new Violation('ends', `${name} threw: ${String(error)}`);
    });
  };

  /** What the mapping makes of an answer, or of none; after a restart nobody asks for it any more. */
  const settle = (shard: Shard, invocation: Invocation, retryFrom: string | undefined) => {
    if (shard.running !== invocation) return;
    shard.running = undefined;
    if (!shard.done(invocation.records, retryFrom))
      violation ??= new Violation('newest', `${invocation.name} names a record that it was not given`);
    if (retryFrom !== undefined) backOff(shard);
  };
  const backOff = (shard: Shard) => {
    shard.isWaiting = true;
    clock.after(BACKOFF_MS, () => {
      shard.isWaiting = false;
    });
  };

  const kill = (invocation: Invocation) => {
    counts.kills++;
    tellWhen(`${invocation.name}: killed`);
    invocation.state = 'killed';
    running.delete(invocation);
    network.kill(invocation);
    judge.killed(invocation);
    const shard = shards.find((candidate) => candidate.running === invocation);
    if (!shard) return;
    shard.running = undefined;
    backOff(shard);
  };

  const settled = () =>
    new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  const pass = async (milliseconds: number) => {
    const until = clock.now() + milliseconds;
    while (clock.moveTowards(until)) {
      await settled();
      if (violation) return;
    }
  };

  const goWrong = async () => {
    const victim = [...running][choices.choose(running.size)];
    switch (choices.choose(3)) {
      case 0:
        if (victim) kill(victim);
        break;
      case 1: {
        const jump = JUMPS_MS[choices.choose(JUMPS_MS.length)] ?? 0;
        tellWhen(`${jump} ms pass`);
        await pass(jump);
        break;
      }
      default: {
        const shard = shards[choices.choose(shards.length)];
        if (!shard) break;
        shard.restart(choices);
        tellWhen(`shard ${shard.name}: the mapping starts again at its record ${shard.checkpoint() + 1}`);
        break;
      }
    }
  };

  const step = async (): Promise<boolean> => {
    await pass(1);
    await settled();
    if (calmSince === undefined && faults.left() === 0 && network.isCalm()) calmSince = clock.now();
    if (violation) return false;
    if (calmSince !== undefined && clock.now() > calmSince + STUCK_AFTER_MS)
      throw new Violation('ends', 'it goes on for ever after the last fault');

    const ready = shards.filter((shard) => shard.isReady());
    const movable = network.movable();
    if (faults.strike()) {
      await goWrong();
    } else if (movable.length + ready.length > 0) {
      const chosen = choices.choose(movable.length + ready.length);
      const flight = movable[chosen];
      const shard = ready[chosen - movable.length];
      if (flight) network.move(flight);
      else if (shard) invoke(shard);
    } else {
      if (running.size === 0 && network.isEmptied() && shards.every((shard) => shard.isAtEnd())) return false;
      const due = clock.nextDue();
      if (due === undefined) throw new Violation('ends', 'nothing moves any more');
      await pass(due - clock.now());
    }
    return true;
  };

  try {
    while (await step()) {
      if (++counts.steps > MAX_STEPS) throw new Violation('ends', `not ended after ${MAX_STEPS} steps`);
    }
    if (!violation) judge.end();
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = error;
  }
  if (violation) tellWhen(`BROKEN: ${violation.message}`);
  return {
    violation,
    ...counts,
    deliveries: workload.known.size,
    faults: faults.struck(),
    explainedDuplicates: judge.explainedDuplicates(),
  };
}

/** The four calls of the function, each on its way through the network. */
function callsOf(invocation: Invocation, network: Network, services: Services, judge: Judge): AwsCalls {
  const send = (call: Omit<Call, 'invocation'>, signal: AbortSignal) => {
    const whole: Call = {
      ...call,
      invocation,
      act: (isLate) => {
        judge.acting(whole, isLate);
        return call.act(isLate);
      },
    };
    return network.send(whole, signal);
  };
  return {
    putItem: (input, signal) =>
      send(
        {
          ...{ service: 'DynamoDB', step: 'put' },
          id: `${input.Item?.ContactId?.S} as of ${input.Item?.LastUpdateTimestamp?.S}`,
          act: () => services.putItem(input),
        },
        signal,
      ),
    put: ({ Item = {}, ExpressionAttributeValues = {}, ...input }, signal) =>
      send(
        {
          ...{ service: 'DynamoDB', step: stepOf(Item), id: String(Item.ContactId) },
          act: () =>
            services.putItem({
              ...input,
              Item: marshall(Item),
              ExpressionAttributeValues: marshall(ExpressionAttributeValues),
            }),
        },
        signal,
      ),
    publishMessage: (input, signal) =>
      send(
        {
          ...{ service: 'SNS', step: 'publish' },
          id: input.MessageAttributes?.ContactId?.StringValue ?? '',
          act: () => services.publish(input),
        },
        signal,
      ) as Promise<{ MessageId: string }>,
    putObject: (object, signal) =>
      send(
        { service: 'S3', step: 'set aside', id: object.Key, act: () => services.putObject(object) },
        signal,
      ),
  };
}

function stepOf(entry: Record<string, unknown>): 'claim' | 'complete' | 'release' {
  if (entry.PublishedAt !== undefined) return 'complete';
  return entry.LeaseEndsAt === 0 ? 'release' : 'claim';
}

const sequenceNumbers = ({ records }: Invocation) =>
  records.map(({ kinesis }) => kinesis.sequenceNumber).join(', ');
