/** Creates tasks for the due entries. The Lambda function runs once a minute. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, ScheduledEvent } from 'aws-lambda';
import { addTask, type Entry, postpone, toTimestamp } from './entry';
import { connect, instanceId, log, nameOf, read, table } from './environment';
import { isQuiet } from './quiet-hours';
import { startTask, stopTask } from './tasks';

/** Pause between tasks. Connect's default quota is two a second. */
const PACE_MS = 1_000;
/** Upper bound for one task: the call of Connect, its retries, and the write. */
const TIME_FOR_ONE_MS = 15_000;
const POSTPONE_MINUTES = 10;

/** @throws Error if a task could not be created, so that the function's alarm fires */
export async function handler(
  _event: ScheduledEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<void> {
  if (isQuiet(Date.now(), read('QUIET_HOURS'), read('TIME_ZONE'))) return;
  const due = await table.list('open', toTimestamp(Date.now()), Number(read('TASKS_PER_MINUTE')));
  let failed = 0;
  for (const [i, { Customer: number }] of due.entries()) {
    if (i > 0) await sleep(PACE_MS);
    if (context.getRemainingTimeInMillis() < TIME_FOR_ONE_MS) break;
    // The index may be older than the table.
    const entry = await table.get(number);
    if (entry?.State !== 'open') continue;
    try {
      await createTask(number, entry);
    } catch (error) {
      const { OpenedBy = '' } = entry;
      log({ kind: 'failed', contactId: OpenedBy, because: nameOf(error) });
      if (nameOf(error) === 'ThrottlingException') break;
      failed++;
      await table.change(number, (latest) =>
        latest?.State === 'open' ? postpone(latest, toTimestamp(Date.now()), POSTPONE_MINUTES) : latest,
      );
    }
  }
  if (failed > 0)
    throw new Error(
      `${failed} tasks could not be created: the log lines with kind "failed" have the reasons.`,
    );
}

async function createTask(number: string, entry: Entry): Promise<void> {
  const startedAt = toTimestamp(Date.now());
  const contactFlowId = read('CONTACT_FLOW_ID');
  const taskContactId = await startTask(connect, { instanceId, contactFlowId }, number, entry);
  const noteTask = async (latest: Entry | undefined) => {
    // Another invocation may have noted the same task.
    if (latest?.TaskContactId === taskContactId) return latest;
    if (latest?.State === 'open' && latest.OpenedBy === entry.OpenedBy)
      return addTask(latest, taskContactId, startedAt);
    // The customer was served, or forgotten, in between.
    await stopTask(connect, instanceId, taskContactId);
    return latest;
  };
  const outcome = await table.change(number, noteTask, { contactId: taskContactId, kind: 'task' });
  log({
    kind: outcome === 'changed' ? 'task' : 'task-stopped',
    contactId: entry.OpenedBy ?? '',
    taskContactId,
  });
}
