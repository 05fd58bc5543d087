/** What people save instead of a log, by how it begins, with what to do about it. */
const BEGINNINGS: readonly (readonly [RegExp, string])[] = [
  [/^An error occurred \((\w{1,60})\) when calling the (\w{1,60}) operation/, 'an error of the AWS CLI ($1 at $2)'],
  [/^<\?xml[^<]{0,200}<Error>\s*<Code>(\w{1,60})<\/Code>/, 'an error of S3 ($1), not the object'],
  [/^<!doctype html|^<html/i, 'a web page'],
  [/^-{3,}\r?\n\|/, 'a table of the AWS CLI: ask for --output json'],
  [
    /^(?:EVENTS|RESULTS|DATAPOINTS|METRICDATARESULTS|NATGATEWAYS|NETWORKINTERFACES|RESERVATIONS|ROUTETABLES|SUBNETS)\t/,
    'tabbed text of the AWS CLI: ask for --output json',
  ],
  [
    /^(?:events|results|Datapoints|MetricDataResults|NatGateways|NetworkInterfaces|Reservations|RouteTables|Subnets):(?: \[\])?\r?\n/,
    'YAML of the AWS CLI: ask for --output json',
  ],
];

const OTHER =
  'text, but no log: too few lines begin with a time (docker logs and kubectl logs write it with --timestamps)';

/** Why a text is no log that Freeport reads. */
export function reasonForNoLog(text: string): string {
  const beginning = text.trimStart();
  for (const [pattern, reason] of BEGINNINGS) {
    const found = pattern.exec(beginning);
    if (found !== null) return reason.replace('$1', found[1] ?? '').replace('$2', found[2] ?? '');
  }
  return OTHER;
}
