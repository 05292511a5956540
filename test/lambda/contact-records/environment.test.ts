import { readEnvironment } from '../../../lambda/contact-records/environment';

const complete = {
  RECORDS_TABLE_NAME: 'records',
  LEDGER_TABLE_NAME: 'ledger',
  ABANDONED_CONTACTS_TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:abandoned',
  FAILURE_BUCKET_NAME: 'failures',
  PIPELINE_NAME: 'ContactRecordPipeline',
};

describe('the environment', () => {
  it('is read by the names that the stack sets', () => {
    expect(readEnvironment({ ...complete, OTHER: 'x' })).toEqual({
      recordsTable: 'records',
      ledgerTable: 'ledger',
      abandonedContactsTopic: 'arn:aws:sns:us-east-1:111122223333:abandoned',
      failureBucket: 'failures',
      pipeline: 'ContactRecordPipeline',
    });
  });

  it('may have the optional settings, as numbers', () => {
    const settings = { NOTIFY_WITHIN_HOURS: '1', CONTACT_RETENTION_DAYS: '36500' };
    expect(readEnvironment({ ...complete, ...settings })).toMatchObject({
      notifyWithinHours: 1,
      contactRetentionDays: 36_500,
    });
  });

  it.each(['', '0', '-1', '1.5', '1e3', ' 4', '4h', '007', 'NaN', '87601', '9'.repeat(400)])(
    'rejects %p for hours: no customer would be called back, or every one',
    (hours) => {
      expect(() => readEnvironment({ ...complete, NOTIFY_WITHIN_HOURS: hours })).toThrow(
        'NOTIFY_WITHIN_HOURS is not a whole number from 1 to 87600',
      );
    },
  );

  it('that is wrong stops the start with one error that tells all that is wrong', () => {
    expect(() =>
      readEnvironment({
        ...complete,
        LEDGER_TABLE_NAME: '',
        FAILURE_BUCKET_NAME: undefined,
        NOTIFY_WITHIN_HOURS: '87600',
        CONTACT_RETENTION_DAYS: '36501',
      }),
    ).toThrow(
      new Error(
        'Environment variables: LEDGER_TABLE_NAME is missing or empty; FAILURE_BUCKET_NAME is missing or empty; ' +
          'CONTACT_RETENTION_DAYS is not a whole number from 1 to 36500',
      ),
    );
  });
});
