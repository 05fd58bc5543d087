import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../shared/deploy/environment.ts';
import { ANALYSIS_INTERVAL_MINUTES } from '../../shared/deploy/retention.ts';
import type { FreeportSettings } from '../settings.ts';
import { every, NEXT_RUN } from './every.ts';
import { FreeportFunction } from './freeport-function.ts';
import type { Stores } from './stores.ts';

export type AnalysisProps = {
  readonly settings: FreeportSettings;
  readonly stores: Stores;
};

const TIMEOUT = Duration.minutes(2);
/** A holder that was killed is dead for sure once its function could not run any more. */
const LEASE_SECONDS = TIMEOUT.toSeconds() + 5;

/**
 * Parts, inventory and people's acts → findings and what is owed of them. By schedule, by urgent request, and on demand:
 * `{ "scheduledTime": "2026-01-01T10:00:00Z" }` has a past instant looked at again.
 */
export class Analysis extends Construct {
  readonly analyze: FreeportFunction;

  constructor(scope: Construct, id: string, { settings, stores }: AnalysisProps) {
    super(scope, id);
    const { overrides, horizonMinutes } = settings.analysis;
    this.analyze = new FreeportFunction(this, 'Analyze', {
      name: 'analyze',
      description: 'Evaluates what is known and records what somebody should know',
      memoryMb: 3_008,
      timeout: TIMEOUT,
      logRetentionDays: settings.operations.logRetentionDays,
      deadLetters: { notNeeded: NEXT_RUN },
    });
    stores.grantReadParts(this.analyze);
    stores.grantReadInventory(this.analyze);
    stores.grantAnalyse(this.analyze);
    stores.grantWriteSummary(this.analyze);
    stores.onRequestAnalysis(this.analyze);
    this.analyze.provide(ENVIRONMENT.horizonMinutes, String(horizonMinutes));
    this.analyze.provide(ENVIRONMENT.leaseSeconds, String(LEASE_SECONDS));
    this.analyze.provide(ENVIRONMENT.analysisSettings, JSON.stringify(overrides));
    every(this, ANALYSIS_INTERVAL_MINUTES, this.analyze, 'Evaluates what is known');
  }
}
