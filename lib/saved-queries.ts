import { Stack } from 'aws-cdk-lib';
import { type ILogGroup, QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { LOG } from '../lambda/contact-records/contract';

/** Saves queries in CloudWatch Logs Insights, under the stack's name. */
export class SavedQueries extends Construct {
  /** Finds contact record paths that the model does not know, with their first occurrence. */
  static readonly DRIFT = new QueryString({
    filterStatements: [`message = "${LOG.modelDrift}"`],
    statsStatements: ['min(@timestamp) as firstSeen, max(@timestamp) as lastSeen by path, kind'],
    sort: 'firstSeen desc',
  });

  /** Finds failed records with reasons and ids. */
  static readonly FAILED_RECORDS = new QueryString({
    fields: ['@timestamp', 'kind', 'reason', 'contactId', 'eventId'],
    filterStatements: [`message = "${LOG.failedRecordSaved}"`],
    sort: '@timestamp desc',
    limit: 1_000,
  });

  /** Finds why batches ended early: the service and its answer. */
  static readonly ENDED_EARLY = new QueryString({
    filterStatements: [`message = "${LOG.endedEarly}"`],
    statsStatements: ['count(*) as batches, max(@timestamp) as lastSeen by source, reason, httpStatus'],
    sort: 'batches desc',
  });

  constructor(scope: Construct, id: string, { logGroup }: { readonly logGroup: ILogGroup }) {
    super(scope, id);
    const queries = {
      Drift: SavedQueries.DRIFT,
      FailedRecords: SavedQueries.FAILED_RECORDS,
      EndedEarly: SavedQueries.ENDED_EARLY,
    };
    for (const [name, queryString] of Object.entries(queries)) {
      new QueryDefinition(this, name, {
        queryDefinitionName: `${Stack.of(this).stackName}/${name}`,
        queryString,
        logGroups: [logGroup],
      });
    }
  }
}
