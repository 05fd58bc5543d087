import { Alias } from 'aws-cdk-lib/aws-kms';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../shared/deploy/environment.ts';
import type { FreeportSettings } from '../settings.ts';
import type { FreeportFunction } from './freeport-function.ts';

export type PublishingProps = { readonly settings: FreeportSettings };

/** Where findings go when somebody should know. */
export class Publishing extends Construct {
  readonly emailTopic: Topic;

  constructor(scope: Construct, id: string, { settings }: PublishingProps) {
    super(scope, id);
    this.emailTopic = new Topic(this, 'Email', {
      displayName: 'Freeport',
      enforceSSL: true,
      masterKey: Alias.fromAliasName(this, 'SnsKey', 'alias/aws/sns'),
    });
    for (const email of settings.notifications.emails) this.emailTopic.addSubscription(new EmailSubscription(email));
  }

  grantPublish(target: FreeportFunction): void {
    target.addToRolePolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [this.emailTopic.topicArn] }));
    target.provide(ENVIRONMENT.emailTopic, this.emailTopic.topicArn);
  }
}
