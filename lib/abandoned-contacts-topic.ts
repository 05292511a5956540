import { AccountPrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface AbandonedContactsTopicProps {
  readonly key: IKey;
  /** Other accounts that may subscribe. */
  readonly subscriberAccounts: readonly string[];
}

/**
 * The topic that teams subscribe to: one message for every contact that was abandoned in a queue. A standard topic:
 * FIFO deduplicates for five minutes only, while copies of a record come days later. `docs/message.md` is its contract.
 */
export class AbandonedContactsTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: AbandonedContactsTopicProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      displayName: 'Abandoned contacts',
      masterKey: props.key,
      enforceSSL: true,
    });
    for (const account of props.subscriberAccounts) this.topic.grantSubscribe(new AccountPrincipal(account));
  }
}
