import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';

const RETRIES = 2;

/** Said of every function that a schedule runs. */
export const NEXT_RUN =
  'A run that failed every attempt leaves nothing behind that the next run by schedule does not do.';

/** Invokes a function at an interval and tells it for which instant, so that a retry is the same run. */
export function every(scope: Construct, minutes: number, target: IFunction, description: string): Schedule {
  const role = new Role(scope, 'ScheduleRole', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
    inlinePolicies: {
      invoke: new PolicyDocument({
        statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] })],
      }),
    },
  });
  return new Schedule(scope, 'Schedule', {
    description,
    schedule: ScheduleExpression.rate(Duration.minutes(minutes)),
    target: new LambdaInvoke(target, {
      input: ScheduleTargetInput.fromObject({ scheduledTime: ContextAttribute.scheduledTime }),
      maxEventAge: Duration.minutes(Math.max(1, minutes)),
      retryAttempts: RETRIES,
      // As it is: CDK would add every version and alias of the function to it.
      role: role.withoutPolicyUpdates(),
    }),
  });
}
