/**
 * Deliberate defects: each changes the text of the function's own code, or of the rule by which the mapping reads shards.
 * The simulation must find every one of them.
 */
import type { PromiseName } from './violation';

export interface Defect {
  name: string;
  /** Below `lambda/contact-records/`, or the local mapping's, which begins with `local/`. */
  file: string;
  /** Occurs in the file exactly once. */
  from: string;
  to: string;
  /** The promises that it breaks; the schedule decides which one is broken first. */
  breaks: readonly PromiseName[];
  /** Breaks them in so few schedules that only the exhaustive search finds it for sure. */
  isRare?: true;
}

export const DEFECTS: readonly Defect[] = [
  {
    name: 'the condition accepts a version with the same timestamp',
    file: 'steps/store.ts',
    from: 'LastUpdateTimestamp < :incoming',
    to: 'LastUpdateTimestamp <= :incoming',
    breaks: ['forward'],
  },
  {
    name: 'the put has no condition',
    file: 'steps/store.ts',
    from: 'attribute_not_exists(ContactId) OR LastUpdateTimestamp < :incoming',
    to: 'attribute_not_exists(ContactId) OR attribute_exists(ContactId) OR LastUpdateTimestamp < :incoming',
    breaks: ['forward'],
  },
  {
    name: 'publishes only if this put has stored the version',
    file: 'batch/process-contact.ts',
    from: "if (outcome.kind === 'stale') return",
    to: "if (outcome.kind !== 'stored') return",
    breaks: ['published', 'failedRecords'],
  },
  {
    name: 'the checkpoint passes a failure',
    file: 'batch/process-batch.ts',
    from: 'workItems.find((item) => !done.has(item.position))',
    to: 'workItems.slice(1).find((item) => !done.has(item.position))',
    breaks: ['newest', 'published', 'failedRecords'],
  },
  {
    name: 'the oldest version of a batch supersedes the newer ones',
    file: 'batch/group-by-contact.ts',
    from: 'left < right ? 1 : left > right ? -1 : 0',
    to: 'left < right ? -1 : left > right ? 1 : 0',
    breaks: ['newest', 'failedRecords'],
  },
  {
    name: 'superseded versions count as done before the newest is',
    file: 'batch/group-by-contact.ts',
    from: 'position: versionsOfContact[0].position',
    to: 'position: versionsOfContact[versionsOfContact.length - 1].position',
    breaks: ['newest', 'published', 'failedRecords'],
  },
  {
    name: 'a throttled put is treated as stale',
    file: 'batch/process-contact.ts',
    from: "if (error instanceof RetryableError) throw error;\n    return { kind: 'unstorable',",
    to: "if (error instanceof RetryableError) return { kind: 'stale' };\n    return { kind: 'unstorable',",
    breaks: ['newest', 'published', 'failedRecords'],
  },
  {
    name: 'an error of the ledger or the topic is ignored',
    file: 'batch/publish-abandoned.ts',
    from: 'if (error instanceof RetryableError) throw error;',
    to: 'if (error instanceof RetryableError) return {};',
    breaks: ['published'],
  },
  {
    name: 'an unknown error of the table is quarantined',
    file: 'aws/errors.ts',
    from: "name === 'ValidationException' && ITEM_TOO_LARGE.test(message)",
    to: "name !== 'ConditionalCheckFailedException'",
    breaks: ['failedRecords', 'newest'],
  },
  {
    name: 'a rejected put is retried without end',
    file: 'aws/errors.ts',
    from: "!ITEM_TOO_LARGE.test(message)) return 'rejected';",
    to: "!ITEM_TOO_LARGE.test(message)) throw toRetryableError(error, 'DynamoDB');",
    breaks: ['ends'],
  },
  {
    name: 'a rejected put is quarantined at once',
    file: 'batch/process-contact.ts',
    from: 'if (!isSentAgain) return { sendAgain',
    to: 'if (contactVersions.versions.length === 0) return { sendAgain',
    breaks: ['failedRecords'],
  },
  {
    name: 'a rejected put is quarantined without a probe',
    file: 'batch/settle-rejections.ts',
    from: "(await probe(createProbeRecord(), deadline)) === 'rejected'",
    to: 'false',
    breaks: ['failedRecords'],
  },
  {
    name: 'the probe cannot fail',
    file: 'steps/probe.ts',
    from: "answer === 'condition-failed' ? 'accepted' : 'rejected'",
    to: "item.ContactId.includes(':') ? 'accepted' : 'rejected'",
    breaks: ['failedRecords'],
  },
  {
    name: 'the probe can be stored',
    file: 'steps/probe.ts',
    from: 'attribute_exists(ContactId) AND attribute_not_exists(ContactId)',
    to: 'attribute_not_exists(ContactId)',
    breaks: ['newest'],
  },
  {
    name: 'the probe has a field that is null',
    file: 'batch/settle-rejections.ts',
    from: 'ContactId: PROBE_ID }',
    to: 'ContactId: PROBE_ID, CustomerId: null }',
    breaks: ['ends'],
  },
  {
    name: 'a rejected put is not sent again after the probe',
    file: 'batch/process-contact.ts',
    from: 'sendAgain: () => processContact(contactVersions, ports, deadline, true)',
    to: 'sendAgain: () => processNextNewest(contactVersions, REJECTED, ports, deadline)',
    breaks: ['failedRecords'],
  },
  {
    name: 'a rejected put is quarantined although the table accepts its item as a probe',
    file: 'batch/process-contact.ts',
    from: "=== 'accepted')\n      throw new RetryableError('DynamoDB', 'the rejection of a record cannot be verified');",
    to: "=== 'accepted')\n      void ports;",
    breaks: ['failedRecords'],
  },
  {
    name: 'a rejected put counts as done before it is decided',
    file: 'batch/process-batch.ts',
    from: "if ('sendAgain' in result) rejected.push({ ...item, run: result.sendAgain });",
    to: `if ('sendAgain' in result) {
        rejected.push({ ...item, run: result.sendAgain });
        done.set(item.position, { outcomes: [], failedRecords: [] });
      }`,
    breaks: ['newest', 'failedRecords', 'published'],
  },
  {
    name: 'older versions of a contact do not wait for the decision on a rejected one',
    file: 'batch/process-contact.ts',
    from: 'if (!isSentAgain) return { sendAgain',
    to: `const [next, ...others] = older;
    if (next) await processContact({ ...contactVersions, versions: [next, ...others] }, ports, deadline);
    if (!isSentAgain) return { sendAgain`,
    breaks: ['newest'],
  },
  {
    name: 'an older version needs no probe of its own',
    file: 'batch/process-contact.ts',
    from: '? await processContact({ ...contactVersions, versions: [next, ...older] }, ports, deadline)',
    to: '? await processContact({ ...contactVersions, versions: [next, ...older] }, ports, deadline, why === REJECTED)',
    breaks: ['failedRecords'],
    isRare: true,
  },
  {
    name: 'an unknown error of the topic counts as refused',
    file: 'aws/errors.ts',
    from: "name === 'InvalidParameterException' && INVALID_MESSAGE.test(message)",
    to: "name === 'InvalidParameterException'",
    breaks: ['failedRecords'],
  },
  {
    name: 'quarantine without the bytes',
    file: 'steps/quarantine.ts',
    from: 'data: kinesis.data',
    to: "data: ''",
    breaks: ['failedRecords'],
  },
  {
    name: 'a failed write to the bucket is ignored',
    file: 'steps/quarantine.ts',
    from: "throw toRetryableError(error, 'S3');",
    to: "void toRetryableError(error, 'S3');",
    breaks: ['failedRecords', 'published'],
  },
  {
    name: 'a conflicting record is dropped',
    file: 'batch/process-contact.ts',
    from: 'await saveConflicting(conflicting, ports, deadline)',
    to: 'await saveConflicting([], ports, deadline)',
    breaks: ['failedRecords'],
  },
  {
    name: 'a refused message is not saved',
    file: 'steps/publish.ts',
    from: "return { kind: 'refused', reason: classifySnsError(error) };",
    to: "classifySnsError(error);\n      return { kind: 'already-published' };",
    breaks: ['published'],
  },
  {
    name: 'an unstorable version discards the older ones',
    file: 'batch/process-contact.ts',
    from: 'const rest = next',
    to: 'const rest = next && older === undefined',
    breaks: ['newest', 'published', 'failedRecords'],
  },
  {
    name: 'the ledger is completed before the message is published',
    file: 'steps/publish.ts',
    from: 'const answer = await publishMessage(input, deadline.signal());',
    to: "await ledger.complete(claimed.claim, 'early', deadline);\n      const answer = await publishMessage(input, deadline.signal());",
    breaks: ['published'],
  },
  {
    name: 'the ledger is not completed',
    file: 'steps/publish.ts',
    from: 'await ledger.complete(claimed.claim, messageId, deadline);',
    to: 'void messageId;',
    breaks: ['once'],
  },
  {
    name: 'publishes without a claim',
    file: 'steps/publish.ts',
    from: "if (claimed.kind === 'held') throw new RetryableError('ledger', 'claim held by another process');",
    to: "if (claimed.kind === 'held') return publishMessage(input, deadline.signal()).then(() => ({ kind: 'published' }));",
    breaks: ['once', 'failedRecords'],
  },
  {
    name: 'notifyWithinHours is compared in the wrong direction',
    file: 'contact-record/age.ts',
    from: 'now - ended * 1_000 > hours * MS_PER_HOUR',
    to: 'now - ended * 1_000 <= hours * MS_PER_HOUR',
    breaks: ['published'],
  },
  {
    name: 'notifyWithinHours is not checked',
    file: 'batch/publish-abandoned.ts',
    from: 'if (isTooOld(ports.now()))',
    to: 'if (isTooOld(0))',
    breaks: ['published'],
  },
  {
    name: 'a claim held by another process counts as published',
    file: 'steps/publish.ts',
    from: "throw new RetryableError('ledger', 'claim held by another process')",
    to: "return { kind: 'already-published' }",
    breaks: ['published'],
  },
  {
    name: 'a lease never ends',
    file: 'steps/ledger.ts',
    from: "'LeaseEndsAt < :now'",
    to: "'attribute_not_exists(LeaseEndsAt)'",
    breaks: ['ends'],
  },
  {
    name: 'a lease ends before the work under it',
    file: 'steps/ledger.ts',
    from: 'LEASE_MS = 30_000',
    to: 'LEASE_MS = 10',
    breaks: ['once'],
  },
  {
    name: 'completion and release do not check the token',
    file: 'steps/ledger.ts',
    from: "'ClaimToken = :token'",
    to: "'attribute_exists(ContactId)'",
    breaks: ['once'],
  },
  {
    name: 'a call has no time limit',
    file: 'batch/deadline.ts',
    from: 'abortedAfter(Math.floor(Math.min(CALL_LIMIT_MS, leftMs())))',
    to: 'new AbortController().signal',
    breaks: ['ends'],
  },
  {
    name: 'a call does not end at the deadline',
    file: 'batch/deadline.ts',
    from: 'Math.floor(Math.min(CALL_LIMIT_MS, leftMs()))',
    to: 'CALL_LIMIT_MS',
    breaks: ['ends'],
  },
  {
    name: 'the invocation ends while its calls are running',
    file: 'batch/process-batch.ts',
    from: 'while (inFlight.size > 0) await untilOneEnds();',
    to: 'if (inFlight.size > 0) await untilOneEnds();',
    breaks: ['ends'],
  },
  {
    name: 'the loop is not notified that a work item has ended',
    file: 'batch/process-batch.ts',
    from: 'oneEnded?.();',
    to: '',
    breaks: ['ends'],
  },
  {
    name: 'an unreadable record is retried',
    file: 'batch/process-batch.ts',
    from: "await quarantine('quarantined', unreadable.reason, delivery, deadline);",
    to: "throw new RetryableError('function', unreadable.reason);",
    breaks: ['ends'],
  },
  {
    name: 'the other contact is read before the own put',
    file: 'batch/process-contact.ts',
    from: 'const outcome = await storeNewest(newest, ports.store, deadline);',
    to: `const { NextContactId, PreviousContactId } = newest.contactRecord.record as Record<string, unknown>;
  const early = new Map<unknown, Awaited<ReturnType<typeof ports.readContact>>>();
  for (const id of [NextContactId, PreviousContactId])
    if (typeof id === 'string' && id !== '') early.set(id, await ports.readContact(id, 'all', deadline));
  ports = { ...ports, readContact: (id) => Promise.resolve(early.get(id)) };
  const outcome = await storeNewest(newest, ports.store, deadline);`,
    breaks: ['published'],
  },
  {
    name: 'the other contact is read eventually consistent',
    file: 'steps/read-contact.ts',
    from: 'ConsistentRead: true',
    to: 'ConsistentRead: false',
    breaks: ['published', 'failedRecords'],
  },
  {
    name: 'only the next contact reads the previous one',
    file: 'batch/publish-abandoned.ts',
    from: "const next = await readContact(decision.nextContactId, 'deciding', deadline);",
    to: 'const next = undefined;',
    breaks: ['published'],
  },
  {
    name: 'only the previous contact reads the next one',
    file: 'batch/publish-abandoned.ts',
    from: 'if (previousId === undefined) return {};',
    to: "if (previousId !== '') return {};",
    breaks: ['published'],
  },
  {
    name: 'a redelivered version does not resolve',
    file: 'batch/publish-abandoned.ts',
    from: 'const { abandoned, ...decided } = await decide(contactRecord, ports, deadline);',
    to: `const { NextContactId, PreviousContactId } = contactRecord.record as Record<string, unknown>;
    if (stored === 'redelivered' && (NextContactId ?? PreviousContactId)) return {};
    const { abandoned, ...decided } = await decide(contactRecord, ports, deadline);`,
    breaks: ['published'],
  },
  {
    name: 'any next contact counts',
    file: 'contact-record/next-contact.ts',
    from: "return isOfContact && findAbandonedPreviousId(next) !== undefined ? 'abandoned' : 'continued';",
    to: "return isOfContact ? 'abandoned' : 'continued';",
    breaks: ['published', 'failedRecords'],
  },
  {
    name: 'a transfer counts as a disconnect flow',
    file: 'contact-record/next-contact.ts',
    from: "InitiationMethod === 'DISCONNECT' &&",
    to: '',
    breaks: ['published', 'failedRecords'],
  },
  {
    name: 'a disconnect flow that was queued again counts',
    file: 'contact-record/next-contact.ts',
    from: '!isSet(isObject(Queue) ? Queue.EnqueueTimestamp : undefined) &&',
    to: '',
    breaks: ['published', 'failedRecords'],
  },
  {
    name: 'a disconnect flow with an agent counts',
    file: 'contact-record/next-contact.ts',
    from: '!hasLeaf(record.Agent) &&',
    to: '',
    breaks: ['published', 'failedRecords'],
  },
  {
    name: 'a disconnect flow with a next contact counts',
    file: 'contact-record/next-contact.ts',
    from: '!hasLeaf(record.Agent) &&\n    !isSet(record.NextContactId);',
    to: '!hasLeaf(record.Agent);',
    breaks: ['published', 'failedRecords'],
  },
  {
    name: 'the previous contact is not compared',
    file: 'contact-record/next-contact.ts',
    from: 'next.PreviousContactId === contact.ContactId &&',
    to: '',
    breaks: ['published', 'failedRecords'],
  },
  {
    name: 'the next contact is not compared',
    file: 'contact-record/next-contact.ts',
    from: 'contact.NextContactId === next.ContactId &&',
    to: '',
    breaks: ['published', 'failedRecords'],
  },
  {
    name: 'a contact of another instance counts',
    file: 'contact-record/next-contact.ts',
    from: 'next.PreviousContactId === contact.ContactId &&\n    next.InstanceARN === contact.InstanceARN;',
    to: 'next.PreviousContactId === contact.ContactId;',
    breaks: ['published', 'failedRecords'],
  },
  {
    name: 'a next contact that has not ended decides',
    file: 'contact-record/next-contact.ts',
    from: "if (!next || !isSet(next.InitiationMethod) || !isSet(next.DisconnectTimestamp)) return 'awaiting';",
    to: `if (!next || !isSet(next.InitiationMethod)) return 'awaiting';
  next = { ...next, DisconnectTimestamp: 'any' };`,
    breaks: ['published', 'failedRecords'],
  },
  {
    name: 'a tombstone decides',
    file: 'steps/read-contact.ts',
    from: 'Item === undefined || Object.hasOwn(Item, TOMBSTONE_ATTRIBUTE)',
    to: 'Item === undefined',
    breaks: ['published', 'failedRecords'],
  },
  {
    name: 'next contacts in one batch share the decision on their previous contact',
    file: 'batch/publish-abandoned.ts',
    from: "if (!isAbandonedBefore(next, await readContact(previousId, 'deciding', deadline))) return {};",
    to: `const shared = runWithWholeContact as unknown as { decisions?: Map<string, Promise<boolean>> };
  const decisions = (shared.decisions ??= new Map<string, Promise<boolean>>());
  const decision =
    decisions.get(previousId) ??
    readContact(previousId, 'deciding', deadline).then((contact) => isAbandonedBefore(next, contact));
  decisions.set(previousId, decision);
  if (!(await decision)) return {};`,
    breaks: ['published'],
    isRare: true,
  },
  {
    name: 'the previous contact is not decided on again when it is loaded whole',
    file: 'batch/publish-abandoned.ts',
    from: 'if (!isAbandonedBefore(next, previous)) return {};',
    to: 'if (previous === undefined) return {};',
    breaks: ['published', 'failedRecords'],
    isRare: true,
  },
  {
    name: 'the message of the next contact is published instead of the previous one’s',
    file: 'batch/publish-abandoned.ts',
    from: 'const text = stringifyExactly(previous);',
    to: 'const text = stringifyExactly(next);',
    breaks: ['published', 'failedRecords'],
  },
  {
    name: 'the message of the previous contact has rounded numbers',
    file: 'batch/publish-abandoned.ts',
    from: 'const record = JSON.parse(text) as ReadableContactRecord;',
    to: 'const record = JSON.parse(text) as ReadableContactRecord;\n    return { ...(await publish({ record, text: JSON.stringify(record) })) };',
    breaks: ['published', 'failedRecords'],
  },
  {
    name: 'the message of the previous contact has our own attributes',
    file: 'steps/store.ts',
    from: '.filter(([name]) => !OWN_ATTRIBUTES.includes(name))',
    to: '.filter(([name]) => !OWN_ATTRIBUTES.slice(1).includes(name))',
    breaks: ['published', 'failedRecords'],
  },
  {
    name: 'the age of the next contact decides whether it is too late',
    file: 'batch/publish-abandoned.ts',
    from: '...(await publish({ record, text }))',
    to: '...(await publish({ record: { ...record, DisconnectTimestamp: next.DisconnectTimestamp }, text }))',
    breaks: ['published'],
  },
  {
    name: 'a resolution ignores the ledger',
    file: 'steps/publish.ts',
    from: 'ledger: Ledger, pause: Pause): Publish =>\n  async ({ record, text }, deadline) => {',
    to: `realLedger: Ledger, pause: Pause): Publish =>
  async ({ record, text, ...rest }, deadline) => {
    const ledger: Ledger =
      'item' in rest
        ? realLedger
        : {
            claim: (contactId) => Promise.resolve({ kind: 'claimed', claim: { contactId, token: '', claimedAt: 0 } }),
            complete: () => Promise.resolve(),
            release: () => Promise.resolve(),
          };`,
    breaks: ['once'],
  },
  {
    name: 'a refused message of one version stands for another version in the same invocation',
    file: 'batch/invocation-ports.ts',
    from: "if (kind !== 'refused' || first.version === version)",
    to: "if (kind !== 'refused' || first.version !== '')",
    breaks: ['published'],
    isRare: true,
  },
  {
    name: 'a connection may be unused for any time',
    file: 'aws/connection-pool.ts',
    from: 'takenMs - sinceMs > MAX_IDLE_MS ||',
    to: '',
    breaks: ['ends'],
  },
  {
    name: 'a retry takes another connection of before the failure',
    file: 'aws/connection-pool.ts',
    from: 'unused.sinceMs < beganMs',
    to: 'unused.sinceMs < 0',
    breaks: ['ends'],
  },
  {
    name: 'a shard is read before its parents are drained',
    file: 'local/event-source-mapping/readable-shards.ts',
    from: '!drained.has(shardId) && parentIds.every(isPassed)',
    to: '!drained.has(shardId)',
    breaks: ['delivered'],
  },
  {
    name: 'a merged shard is read when one of its parents is drained',
    file: 'local/event-source-mapping/readable-shards.ts',
    from: 'parentIds.every(isPassed)',
    to: '(parentIds.length === 0 || parentIds.some(isPassed))',
    breaks: ['delivered'],
  },
  {
    name: 'the rest of a shard is lost when it is split',
    file: 'local/event-source-mapping/readable-shards.ts',
    from: '!drained.has(shardId) && parentIds.every(isPassed)',
    to: '!shards.some((child) => child.parentIds.includes(shardId))',
    breaks: ['delivered'],
  },
];
