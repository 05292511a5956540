/** Simulated invocations: their start, their end, and their kill. */
import { LEASE_MS } from '../../lambda/contact-records/steps/ledger';
import { createAwsCalls } from './aws-calls';
import type { Invocation } from './invocation';
import type { Shard } from './shards';
import { recordViolation, type Simulation } from './simulation';

/** The function's timeout. */
const TIMEOUT_MS = 60_000;
/** The remaining time of an invocation, while there are faults. */
const REMAINING_MS = [TIMEOUT_MS, TIMEOUT_MS, 20_000, 5_000];
/** Clocks of processes differ. */
const SKEWS_MS = [0, 1_000, -1_000];
/** This long after the last fault, all leases of killed processes have ended, and every invocation makes progress. */
const HEALED_AFTER_MS = LEASE_MS + Math.max(...SKEWS_MS) - Math.min(...SKEWS_MS) + 1_000;

/** Starts an invocation with the next batch of a shard. */
export function startInvocation(simulation: Simulation, shard: Shard): void {
  const { choices, clock, workload } = simulation;
  const records = shard.take(choices);
  const skew = SKEWS_MS[choices.vary(SKEWS_MS.length)] ?? 0;
  const limitMs =
    simulation.calmSince === undefined ? (REMAINING_MS[choices.vary(REMAINING_MS.length)] ?? 0) : TIMEOUT_MS;
  const name = `invocation ${++simulation.counts.invocations}`;
  const invocation: Invocation = { name, records, startedAt: clock.now(), skew, state: 'running', heard: [] };
  shard.running = invocation;
  simulation.running.add(invocation);
  simulation.judge.started(invocation);
  simulation.log(`${name}: shard ${shard.shardId}, records ${formatSequenceNumbers(invocation)}`);

  const cancelTimeout = clock.after(limitMs, () => {
    if (invocation.state !== 'running') return;
    recordViolation(simulation, 'ends', `${name} reached the timeout`);
  });
  simulation
    .theFunction(records, {
      calls: createAwsCalls(invocation, simulation),
      now: () => clock.now() + skew,
      pause: (milliseconds) =>
        new Promise<void>((resolve) => {
          clock.after(milliseconds, () => {
            invocation.heard.push('pause');
            resolve();
          });
        }),
      abortedAfter: clock.abortedAfter,
      remaining: () => invocation.startedAt + limitMs - clock.now(),
      notifyWithinHours: workload.notifyWithinHours,
      contactRetentionDays: workload.contactRetentionDays,
    })
    .then(
      (retryFrom) => {
        if (invocation.state !== 'running') return;
        cancelTimeout();
        endInvocation(simulation, shard, invocation, retryFrom);
      },
      (error: unknown) => {
        recordViolation(simulation, 'ends', `${name} threw: ${String(error)}`);
      },
    );
}

/** Kills the process of an invocation; its shard retries the batch. */
export function killInvocation(simulation: Simulation, invocation: Invocation): void {
  simulation.counts.kills++;
  simulation.log(`${invocation.name}: killed`);
  invocation.state = 'killed';
  simulation.running.delete(invocation);
  simulation.network.kill(invocation);
  simulation.judge.killed(invocation);
  const shard = simulation.shards.find((candidate) => candidate.running === invocation);
  if (!shard) return;
  shard.running = undefined;
  backOff(simulation, shard);
}

function endInvocation(
  simulation: Simulation,
  shard: Shard,
  invocation: Invocation,
  retryFrom: string | undefined,
): void {
  const { clock, judge, network, calmSince } = simulation;
  const { name, records } = invocation;
  invocation.state = 'ended';
  judge.ended(invocation, retryFrom, clock.now());
  simulation.running.delete(invocation);
  simulation.log(`${name}: ${retryFrom === undefined ? 'all done' : `retry from ${retryFrom}`}`);
  if (network.hasCallOf(invocation))
    recordViolation(simulation, 'ends', `${name} ended while one of its calls was running`);
  const isHealed = calmSince !== undefined && invocation.startedAt > calmSince + HEALED_AFTER_MS;
  if (retryFrom === records[0]?.kinesis.sequenceNumber && isHealed)
    recordViolation(simulation, 'ends', `${name} made no progress, although there was no fault`);
  moveCheckpoint(simulation, shard, invocation, retryFrom);
}

/** Moves the shard's checkpoint; after a restart of the mapping, the answer is ignored. */
function moveCheckpoint(
  simulation: Simulation,
  shard: Shard,
  invocation: Invocation,
  retryFrom: string | undefined,
): void {
  if (shard.running !== invocation) return;
  shard.running = undefined;
  simulation.judge.passed(invocation, retryFrom);
  if (!shard.done(invocation.records, retryFrom))
    recordViolation(simulation, 'newest', `${invocation.name} names a record that is not in its batch`);
  if (retryFrom !== undefined) backOff(simulation, shard);
}

function backOff({ clock, backOffMs }: Simulation, shard: Shard): void {
  shard.isWaiting = true;
  clock.after(backOffMs, () => {
    shard.isWaiting = false;
  });
}

const formatSequenceNumbers = ({ records }: Invocation) =>
  records.map(({ kinesis }) => kinesis.sequenceNumber).join(', ');
