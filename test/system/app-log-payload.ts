import { gzipSync } from 'node:zlib';

export type AppLogEvents = {
  readonly logGroup: string;
  readonly logStream: string;
  readonly messages: readonly string[];
  readonly startMs: number;
};

/** Log lines as CloudWatch Logs hands them to a function; ids derive from where they stand, so a repeat is the same. */
export function appLogEvent({ logGroup, logStream, messages, startMs }: AppLogEvents): unknown {
  const payload = {
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup,
    logStream,
    subscriptionFilters: ['freeport'],
    logEvents: messages.map((message, index) => ({
      id: `${logGroup} ${logStream} ${index}`,
      timestamp: startMs + index,
      message,
    })),
  };
  return { awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } };
}

/** What Node says when the kernel has no local port left towards a destination. */
export const exhaustedLines = (localAddress: string, destination: string, count = 40): string[] =>
  Array.from({ length: count }, () => `Error: connect EADDRNOTAVAIL ${destination} - Local (${localAddress}:0)`);
