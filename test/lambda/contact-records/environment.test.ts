import { readEnvironment } from '../../../lambda/contact-records/environment';

const complete = {
  RECORDS_TABLE_NAME: 'records',
  LEDGER_TABLE_NAME: 'ledger',
  ABANDONED_CONTACTS_TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:abandoned',
  FAILURE_BUCKET_NAME: 'failures',
};

describe('the environment', () => {
  it('is read by the names that the stack sets', () => {
    expect(readEnvironment({ ...complete, OTHER: 'x' })).toEqual({
      recordsTable: 'records',
      ledgerTable: 'ledger',
      abandonedContactsTopic: 'arn:aws:sns:us-east-1:111122223333:abandoned',
      failureBucket: 'failures',
    });
  });

  it('that is incomplete stops the start with one error that names all that is missing', () => {
    expect(() =>
      readEnvironment({ ...complete, LEDGER_TABLE_NAME: '', FAILURE_BUCKET_NAME: undefined }),
    ).toThrow('Environment variables are missing or empty: LEDGER_TABLE_NAME, FAILURE_BUCKET_NAME');
  });
});
