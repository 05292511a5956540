import { AccountPrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface AbandonedContactsTopicProps {
  /** Encrypts messages at rest. */
  readonly key: IKey;
  /** Other accounts that can subscribe. */
  readonly subscriberAccounts: readonly string[];
}

/**
 * Publishes one message for every abandoned contact. `docs/message.md` is the contract.
 *
 * It is a standard topic, because FIFO topics deduplicate for five minutes only and copies of a record arrive days later.
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
