/** Adds to the ports what the work items of one invocation share. */
import type { Ports } from '../steps/ports';
import type { Publish, PublishOutcome } from '../steps/publish';

export interface InvocationPorts extends Ports {
  /** Runs work with whole stored contacts, a few at a time. Each has up to 400 KB, and its message twice as much. */
  readonly runWithWholeContact: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Stored contacts that are in memory as a whole at the same time. */
const MAX_WHOLE_CONTACTS = 4;

/** Creates the ports of one invocation. */
export const createInvocationPorts = (ports: Ports): InvocationPorts => ({
  ...ports,
  publish: createSharedPublish(ports.publish),
  runWithWholeContact: createLimit(MAX_WHOLE_CONTACTS),
});

/**
 * Lets two records of a batch publish the same contact. The second one waits for the first one's result instead of its
 * lease.
 */
function createSharedPublish(publish: Publish): Publish {
  const publications = new Map<
    string,
    { readonly version: string; readonly outcome: Promise<PublishOutcome> }
  >();
  return async (contactRecord, deadline) => {
    const { ContactId, LastUpdateTimestamp: version } = contactRecord.record;
    const first = publications.get(ContactId);
    if (first) {
      const { kind } = await first.outcome;
      // SNS may accept the message of another version.
      if (kind !== 'refused' || first.version === version) return { kind: 'already-published' };
    }
    const outcome = publish(contactRecord, deadline);
    publications.set(ContactId, { version, outcome });
    return outcome;
  };
}

function createLimit(max: number): InvocationPorts['runWithWholeContact'] {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < max) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
