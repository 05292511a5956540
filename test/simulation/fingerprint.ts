/**
 * Describes the state of a simulated run. Two texts are equal if everything that can happen next is equal. Names of
 * invocations, tokens, message ids and the time since the start may differ between equal states.
 */
import { createHash } from 'node:crypto';
import { TOMBSTONE_ATTRIBUTE } from '../../lambda/contact-records/contract';
import type { Attributes } from '../../local/emulators/condition-expression';
import type { Heard, Invocation } from './invocation';
import type { Simulation } from './simulation';
import { LEDGER_TABLE } from './simulated-function';

export function createFingerprint(simulation: Simulation): string {
  const { clock, faults, judge, network, services, shards, laterShards, tombstones } = simulation;
  const now = clock.now();
  const calls = network.calls();
  const shardOf = ({ records }: Invocation) => records[0]?.eventID.split(':')[0] ?? '';
  // Stable: invocations of one shard stay in the order of their starts.
  const invocations = [...new Set([...simulation.running, ...calls.map(({ call }) => call.invocation)])].sort(
    (a, b) => shardOf(a).localeCompare(shardOf(b)),
  );
  const state = [
    [
      faults.left(),
      network.outageCalls(),
      tombstones.length,
      laterShards.length,
      clock.dues().flatMap((due) => (due - now < FAR_MS ? [due - now] : [])),
    ],
    shards.map(({ checkpoint, isWaiting, running }) => [
      checkpoint(),
      isWaiting,
      running ? invocations.indexOf(running) : null,
    ]),
    invocations.map((invocation) => [
      invocation.state,
      invocation.records.map(({ eventID }) => eventID),
      invocation.state === 'running' && now - invocation.startedAt > FAR_MS && invocation.startedAt - now,
      invocation.state === 'running' && invocation.heard.map(describeHeard),
      calls
        .filter(({ call }) => call.invocation === invocation)
        .map(({ call, state, outcome }) => [
          call.step,
          call.id,
          call.detail,
          state,
          outcome && describeOutcome(outcome),
        ]),
    ]),
    Array.from(services.states(), ([key, states]) => [key, describeStates(key, states, now)]).sort(),
    judge.describe(invocations),
  ];
  const tokens: string[] = [];
  const text = JSON.stringify(state).replace(TOKEN, (token) => {
    if (!tokens.includes(token)) tokens.push(token);
    return `token ${tokens.indexOf(token)}`;
  });
  return createHash('sha1').update(text).digest('base64');
}

/** An invocation has time for all its calls until then. */
const FAR_MS = 35_000;

const TOKEN = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

const describeHeard = (heard: Heard) =>
  heard === 'pause' ? heard : [heard.step, heard.id, describeValue(heard.value)];

const describeOutcome = (outcome: { kind: string; value?: unknown; error?: Error }) =>
  describeValue(outcome.error ?? outcome.value);

/** Describes an answer as far as the function reads it. */
function describeValue(value: unknown): unknown {
  const { Item } = value as { Item?: Attributes };
  const item = Item?.ClaimToken
    ? [Item.ClaimToken, Item.PublishedAt !== undefined]
    : Item && describeItem(Item);
  return value instanceof Error ? [value.name, item] : item;
}

const describeItem = (item: Attributes) =>
  [
    item.LastUpdateTimestamp?.S,
    item.Attributes?.M?.content?.S,
    item[TOMBSTONE_ATTRIBUTE] !== undefined,
  ].join();

/** Describes the states that a later read or condition can see: of the ledger the newest, of the records all. */
function describeStates(key: string, states: readonly Attributes[], now: number): unknown {
  if (!key.startsWith(`${LEDGER_TABLE} `)) return states.map(describeItem);
  const { ClaimToken, LeaseEndsAt, PublishedAt } = states.at(-1) ?? {};
  return [ClaimToken, PublishedAt !== undefined, LeaseEndsAt && Math.max(-1, Number(LeaseEndsAt.N) - now)];
}
