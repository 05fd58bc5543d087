import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../shared/deploy/environment.ts';
import { ANALYSIS_HORIZON_MINUTES, ANALYSIS_INTERVAL_MINUTES } from '../../shared/deploy/retention.ts';
import type { FreeportSettings } from '../settings.ts';
import { every } from './every.ts';
import { FreeportFunction } from './freeport-function.ts';
import type { Publishing } from './publishing.ts';
import type { Stores } from './stores.ts';

export type AnalysisProps = {
  readonly settings: FreeportSettings;
  readonly stores: Stores;
  readonly publishing: Publishing;
};

/** Parts, inventory and people's acts → findings → notifications. Also on demand: `{ "scheduledTime": "…Z" }` replays a past instant. */
export class Analysis extends Construct {
  readonly analyze: FreeportFunction;

  constructor(scope: Construct, id: string, { settings, stores, publishing }: AnalysisProps) {
    super(scope, id);
    this.analyze = new FreeportFunction(this, 'Analyze', {
      name: 'analyze',
      description: 'Evaluates what is known and publishes what somebody should know',
      memoryMb: 1_024,
      timeout: Duration.minutes(2),
      logRetentionDays: settings.operations.logRetentionDays,
    });
    stores.grantReadParts(this.analyze);
    stores.grantReadInventory(this.analyze);
    stores.grantWriteFindings(this.analyze);
    publishing.grantPublish(this.analyze);
    this.analyze.provide(ENVIRONMENT.horizonMinutes, String(ANALYSIS_HORIZON_MINUTES));
    this.analyze.provide(ENVIRONMENT.analysisSettings, JSON.stringify(settings.analysis.overrides));
    every(this, ANALYSIS_INTERVAL_MINUTES, this.analyze, 'Evaluates what is known');
  }
}
