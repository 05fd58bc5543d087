import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { settingsSchema } from '../../core/model/settings.ts';
import { ENVIRONMENT, requireVariable, type Environment } from '../../deploy/environment.ts';
import { watchedConnections } from './metric-polls.ts';
import { createPortAlarms, type PortAlarmsOptions } from './port-alarms.ts';

/** What sets the alarms and what reads on them must agree from how many connections on: both take it from here. */
export function portAlarmsFrom(environment: Environment, { cloudwatch }: { readonly cloudwatch: CloudWatchClient }) {
  const settings = settingsSchema.parse(JSON.parse(requireVariable(environment, ENVIRONMENT.analysisSettings)));
  const options: PortAlarmsOptions = {
    cloudwatch,
    namePrefix: requireVariable(environment, ENVIRONMENT.portAlarmPrefix),
    watchedConnections: watchedConnections(settings),
  };
  return { alarms: createPortAlarms(options), watchedConnections: options.watchedConnections };
}
