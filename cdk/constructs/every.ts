import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';

const RETRIES = 2;

/** Invokes a function at an interval and tells it for which instant, so that a retry is the same run. */
export function every(scope: Construct, minutes: number, target: IFunction, description: string): Schedule {
  return new Schedule(scope, 'Schedule', {
    description,
    schedule: ScheduleExpression.rate(Duration.minutes(minutes)),
    target: new LambdaInvoke(target, {
      input: ScheduleTargetInput.fromObject({ scheduledTime: ContextAttribute.scheduledTime }),
      maxEventAge: Duration.minutes(Math.max(1, minutes)),
      retryAttempts: RETRIES,
    }),
  });
}
