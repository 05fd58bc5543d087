import type { Finding } from '../finding/schema.ts';

/**
 * Where to read on: the runbook's section, the resource in the AWS console, the finding in the page. Only an id of the
 * very form that AWS gives becomes part of an address: texts from logs must not lead anywhere.
 */
export function linksOf({ id, kind, resource, sources }: Finding): string[] {
  const ids = [resource?.id, sources[0]?.interfaceId].filter((text) => text !== undefined && text !== null);
  const pages = ids.flatMap((text) => CONSOLE_PAGES.filter(([form]) => form.test(text)).map(([, page]) => page + text));
  return [
    `docs/runbook/findings.md#${kind}`,
    ...new Set(pages),
    `freeport serve (--stack NAME where deployed), then #/findings/${id}`,
  ];
}

/** The console asks for the region itself. */
const CONSOLE_PAGES = [
  [/^nat-[0-9a-f]{8,32}$/, 'https://console.aws.amazon.com/vpcconsole/home#NatGatewayDetails:natGatewayId='],
  [/^eni-[0-9a-f]{8,32}$/, 'https://console.aws.amazon.com/ec2/home#NetworkInterface:networkInterfaceId='],
] as const;
