/** One step of the scheduler: it moves one call, starts one invocation, or injects one fault. */
import { marshall } from '@aws-sdk/util-dynamodb';
import { LEASE_MS } from '../../lambda/contact-records/steps/ledger';
import { killInvocation, startInvocation } from './invoke';
import type { InFlight } from './network';
import type { Simulation } from './simulation';
import { findReadShards } from './shards';
import { Violation } from './violation';

const STUCK_AFTER_MS = 4 * LEASE_MS;

/**
 * Takes one step.
 *
 * @returns false once everything has ended or a promise is broken
 */
export async function takeStep(simulation: Simulation): Promise<boolean> {
  const { choices, clock, faults, network, laterShards, tombstones } = simulation;
  await passTime(simulation, simulation.stepMs);
  await waitForPromises();
  if (simulation.calmSince === undefined && faults.left() === 0 && network.isCalm())
    simulation.calmSince = clock.now();
  if (simulation.violation) return false;
  if (simulation.calmSince !== undefined && clock.now() > simulation.calmSince + STUCK_AFTER_MS)
    throw new Violation('ends', 'the run does not end after the last fault');

  const ready = findReadShards(simulation.shards, simulation.theFunction).filter((shard) => shard.isReady());
  const movable = findMovable(simulation);
  const steps = movable.length + ready.length + tombstones.length + (laterShards.length > 0 ? 1 : 0);
  if (faults.strike()) {
    await injectFault(simulation);
  } else if (steps > 0) {
    const chosen = choices.choose(steps);
    const flight = movable[chosen];
    const shard = ready[chosen - movable.length];
    if (flight) network.move(flight);
    else if (shard) startInvocation(simulation, shard);
    else if (chosen < movable.length + ready.length + tombstones.length) forgetContact(simulation);
    else reshard(simulation);
  } else {
    if (hasEnded(simulation)) return false;
    const due = clock.nextDue();
    if (due === undefined) throw new Violation('ends', 'nothing can move any more');
    await passTime(simulation, due - clock.now());
  }
  return true;
}

const hasEnded = ({ running, network, shards, theFunction }: Simulation): boolean =>
  running.size === 0 &&
  network.isEmptied() &&
  findReadShards(shards, theFunction).every((shard) => shard.isAtEnd());

/** An answer changes nothing but its invocation, so its order among other steps makes no difference to them. */
function findMovable({ network, answersFirst }: Simulation): readonly InFlight[] {
  const movable = network.movable();
  const answer = answersFirst ? movable.find(({ state }) => state === 'answered') : undefined;
  return answer ? [answer] : movable;
}

function forgetContact({ services, tombstones, log }: Simulation): void {
  const tombstone = tombstones.shift();
  if (!tombstone) return;
  log(`${tombstone.ContactId} is forgotten`);
  services.forget(marshall(tombstone));
}

/** Splits a shard or merges two: the stream has their children now. */
function reshard({ shards, laterShards, log }: Simulation): void {
  const parents = laterShards[0]?.parentIds;
  const count = laterShards.filter(({ parentIds }) => parentIds.join() === parents?.join()).length;
  const children = laterShards.splice(0, count);
  shards.push(...children);
  const ids = children.map(({ shardId }) => shardId).join(' and ');
  log(`shard ${parents?.join(' and ')} ${children.length > 1 ? 'is split into' : 'are merged into'} ${ids}`);
}

/** Injects a fault: kills a process, lets time pass, or restarts the mapping of a shard. */
async function injectFault(simulation: Simulation): Promise<void> {
  const { choices, running, shards, log } = simulation;
  const victim = [...running][choices.choose(running.size)];
  const { other } = simulation.faultKinds;
  switch (other[choices.choose(other.length)]) {
    case 'kill':
      if (victim) killInvocation(simulation, victim);
      break;
    case 'jump': {
      const jump = simulation.jumpsMs[choices.choose(simulation.jumpsMs.length)] ?? 0;
      log(`${jump} ms pass`);
      await passTime(simulation, jump);
      break;
    }
    case 'restart':
    case undefined: {
      const shard = shards[choices.choose(shards.length)];
      if (!shard) break;
      shard.restart(choices);
      log(`shard ${shard.shardId}: the mapping restarts at its record ${shard.checkpoint() + 1}`);
      break;
    }
  }
}

/** Moves the clock, and stops early at a broken promise. */
async function passTime(simulation: Simulation, milliseconds: number): Promise<void> {
  const { clock } = simulation;
  const until = clock.now() + milliseconds;
  while (clock.moveTowards(until)) {
    await waitForPromises();
    if (simulation.violation) return;
  }
}

const waitForPromises = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
