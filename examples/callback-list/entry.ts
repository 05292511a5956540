/**
 * Defines the entry of a customer number and its changes. An entry is open while the customer's last abandoned contact is
 * later than the last time at which an agent served the customer. So messages and records may arrive in any order.
 */
import type { AbandonedContact } from './contact';

/**
 * `open`: waits for its task. `task`: an agent has the task, or will get it. `served`: needs no call. `given-up`: no
 * agent took any of the tasks.
 */
export type State = 'open' | 'task' | 'served' | 'given-up';

export interface Entry {
  readonly State: State;
  /** The earliest time for the next task; the entry of a served customer has none. */
  readonly DueAt?: string | undefined;
  /** The abandoned contacts since the entry was opened, the newest last. */
  readonly Contacts: readonly string[];
  /** The contact that opened the entry. */
  readonly OpenedBy?: string | undefined;
  readonly AbandonedAt?: string | undefined;
  readonly QueueName?: string | undefined;
  readonly ServedAt?: string | undefined;
  /** The number of tasks since the entry was opened. */
  readonly Attempts: number;
  readonly TaskContactId?: string | undefined;
  readonly TaskAt?: string | undefined;
}

export interface EntrySettings {
  /** Minutes from the end of a contact or task to the next task. */
  readonly callAfterMinutes: number;
  readonly maxAttempts: number;
}

/** Upper bound for the contacts of an entry, which limits the item's size. */
const MAX_CONTACTS = 100;

/** Adds an abandoned contact; opens the entry unless the customer was served since. */
export function addAbandoned(
  entry: Entry | undefined,
  contact: AbandonedContact,
  { callAfterMinutes }: EntrySettings,
): Entry | undefined {
  const { contactId, abandonedAt, queueName } = contact;
  if (!isLater(abandonedAt, entry?.ServedAt)) return entry;
  const isNewest = isLater(abandonedAt, entry?.AbandonedAt);
  if (entry?.State === 'given-up' && !isNewest) return entry;
  if (entry?.State === 'open' || entry?.State === 'task')
    return {
      ...entry,
      Contacts: [...entry.Contacts, contactId].slice(-MAX_CONTACTS),
      ...(isNewest && { AbandonedAt: abandonedAt, QueueName: queueName }),
    };
  return {
    State: 'open',
    DueAt: addMinutes(abandonedAt, callAfterMinutes),
    Contacts: [contactId],
    OpenedBy: contactId,
    AbandonedAt: abandonedAt,
    QueueName: queueName,
    ServedAt: entry?.ServedAt,
    Attempts: 0,
  };
}

/** Stores when the customer was served; closes the entry unless a later contact was abandoned. */
export function addServed(entry: Entry | undefined, servedAt: string): Entry {
  if (entry === undefined) return { State: 'served', Contacts: [], Attempts: 0, ServedAt: servedAt };
  if (!isLater(servedAt, entry.ServedAt)) return entry;
  const isClosed = !isLater(entry.AbandonedAt, servedAt);
  return { ...entry, ServedAt: servedAt, ...(isClosed && { State: 'served', DueAt: undefined }) };
}

/** Stores the task that was created for an open entry. */
export const addTask = (entry: Entry, TaskContactId: string, TaskAt: string): Entry => ({
  ...entry,
  State: 'task',
  TaskContactId,
  TaskAt,
  Attempts: entry.Attempts + 1,
});

/** Ends a task. With `byAgent`, the customer counts as served at the time of the task. */
export function endTask(entry: Entry, byAgent: boolean, now: string, settings: EntrySettings): Entry {
  const ended = byAgent ? addServed(entry, entry.TaskAt ?? now) : entry;
  if (ended.State !== 'task') return ended;
  const open = { ...ended, State: 'open' as const, DueAt: addMinutes(now, settings.callAfterMinutes) };
  // The customer gave up after the task was created: the attempts start again, with other client tokens.
  if (byAgent) return { ...open, OpenedBy: ended.Contacts.at(-1), Attempts: 0 };
  return ended.Attempts >= settings.maxAttempts ? { ...ended, State: 'given-up' } : open;
}

/** Postpones an entry whose task could not be created, so that others come first. */
export const postpone = (entry: Entry, now: string, minutes: number): Entry => ({
  ...entry,
  DueAt: addMinutes(now, minutes),
});

/** Computes the time at which the entry expires, in seconds since 1970. */
export function findExpiry({ AbandonedAt = '', ServedAt = '' }: Entry, keepDays: number): number {
  const last = AbandonedAt > ServedAt ? AbandonedAt : ServedAt;
  return Date.parse(last) / 1000 + keepDays * 24 * 3600;
}

/** Formats a time as contact records do. */
export const toTimestamp = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

const isLater = (time: string | undefined, other: string | undefined): boolean =>
  time !== undefined && (other === undefined || time > other);

const addMinutes = (time: string, minutes: number): string =>
  toTimestamp(Date.parse(time) + minutes * 60_000);
