import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { createCompleteRecord } from '../../../../lambda/contact-records/contact-record/complete-record';
import { marshal } from '../../../../lambda/contact-records/json/marshal';
import { createProbeTable, PROBE_ID } from '../../../../lambda/contact-records/steps/probe-table';
import type { PutItem } from '../../../../lambda/contact-records/steps/store';
import { isConditionMet } from '../../../../local/emulators/condition-expression';
import { NO_DEADLINE } from '../../../fakes';

const failingWith =
  (name: string, message = ''): PutItem =>
  () =>
    Promise.reject(Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } }));

/** Returns the put of a probe. */
async function sentProbe(retentionDays?: number): Promise<PutItemCommandInput> {
  const sent: PutItemCommandInput[] = [];
  const putItem: PutItem = (input, signal) => {
    sent.push(input);
    return failingWith('ConditionalCheckFailedException')(input, signal);
  };
  await createProbeTable('records', putItem, retentionDays)(NO_DEADLINE);
  return sent[0] ?? { TableName: undefined, Item: undefined };
}

describe('the probe', () => {
  it('is a complete contact record under an id of its own', async () => {
    const { TableName, Item } = await sentProbe();

    expect(TableName).toBe('records');
    expect(Item).toEqual(marshal({ ...createCompleteRecord(), ContactId: PROBE_ID }));
  });

  it('has the time to live when items have one: an index on it concerns every record', async () => {
    const { Item } = await sentProbe(30);

    expect(Item).toHaveProperty(['contact-record-pipeline:ExpiresAt', 'N']);
  });

  it.each([
    ['has no item with its id', undefined],
    ['has one', { ContactId: { S: PROBE_ID } }],
  ])('is not stored when the table %s', async (_, existing) => {
    const { ConditionExpression = '' } = await sentProbe();

    expect(isConditionMet(ConditionExpression, {}, existing)).toBe(false);
  });

  it('returns when the answer is a failed condition', async () => {
    const probeTable = createProbeTable('records', failingWith('ConditionalCheckFailedException'));

    await expect(probeTable(NO_DEADLINE)).resolves.toBeUndefined();
  });

  it.each([
    ['is rejected', failingWith('ValidationException', 'Type mismatch for Index Key')],
    ['is too large', failingWith('ValidationException', 'Item size has exceeded the maximum allowed size')],
    ['is stored', () => Promise.resolve()],
  ])('finds the table at fault when it %s', async (_, putItem) => {
    const probeTable = createProbeTable('records', putItem);

    await expect(probeTable(NO_DEADLINE)).rejects.toMatchObject({
      name: 'RetryableError',
      message: 'DynamoDB: the records table rejects a well-formed contact record',
    });
  });

  it('fails with the name of the error when DynamoDB fails', async () => {
    const probeTable = createProbeTable('records', failingWith('AccessDeniedException'));

    await expect(probeTable(NO_DEADLINE)).rejects.toMatchObject({
      name: 'RetryableError',
      message: 'DynamoDB: AccessDeniedException',
    });
  });
});
