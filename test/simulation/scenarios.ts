/** Small workloads whose schedules are explored exhaustively. */
import { createVersion, type KindName, type Version, type VersionPlan } from './versions';
import { createDelivery, type Known, type Tombstone, type Workload } from './workload';

/** Creates a workload of these versions, by shard. A shard and its first parent have the same partition key. */
export function createScenario(
  shards: readonly (readonly Version[])[],
  tombstones: readonly Tombstone[] = [],
  parents: Workload['parents'] = new Map(),
): Workload {
  const known = new Map<string, Known>();
  let sequenceNumber = 0;
  const deliveries = shards.map((versions, shard) =>
    versions.map((version) => {
      const delivery = createDelivery(
        version.text,
        shard,
        ++sequenceNumber,
        `key-${parents.get(shard)?.[0] ?? shard}`,
      );
      known.set(delivery.eventID, { kind: 'version', version });
      return delivery;
    }),
  );
  return {
    shards: deliveries,
    parents,
    known,
    versions: [...new Set(shards.flat())],
    tombstones,
    notifyWithinHours: undefined,
    contactRetentionDays: 30,
  };
}

/** Creates a version of the contact that was queued. */
export const first = (kind: KindName, more: Partial<VersionPlan> = {}): Version =>
  createVersion({
    contactId: 'c-1',
    timestamp: '2026-01-01T09:00:01Z',
    content: 0,
    kind,
    next: 'c-2',
    ...more,
  });

/** Creates a version of the contact that followed. */
export const following = (kind: KindName, more: Partial<VersionPlan> = {}): Version =>
  createVersion({ ...FOLLOWING, kind, ...more });

/** Makes a version a later one. */
export const LATER = { timestamp: '2026-01-01T09:00:03Z', content: 2 };

const FOLLOWING = {
  contactId: 'c-2',
  timestamp: '2026-01-01T09:00:02Z',
  content: 1,
  previous: 'c-1',
  next: 'c-8',
};
