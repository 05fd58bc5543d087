import { LIKELY, RANK, type Family } from '../signature.ts';

/** Platforms, firewalls and gateways that say that ports ran out, in words or in fields. */
export const GATEWAYS: Family = {
  runtime: null,
  marks: null,
  signatures: [
    {
      id: 'ports-exhausted',
      failure: 'no-ports',
      needles: [
        'port exhaust',
        'ports exhaust',
        'ports are exhausted',
        'port is exhausted',
        'ports have been exhausted',
        'pool exhausted',
      ],
      rank: RANK.outright,
      verdict: 'connect-exhaustion',
      certainty: 0.8,
      pattern:
        '\\b(?:s?nat|pat|ephemeral|local|source|outbound|outgoing)\\b[^\\n]{0,24}\\bports? (?:is |are |have been |has been |pool )?exhaust(?:ed|ion (?:detected|occurred|on|for|while))|\\b(?:NAT|PAT) pool exhausted|\\bEphemeralPortsExhausted\\b',
      unless:
        '\\b(?:no|not|without|prevent|avoid|alarm|metric|threshold|check(?:ing)? for|cleared|resolved|ok)\\b[^\\n]{0,40}exhaust|exhaust\\w{0,4}[^\\n]{0,20}(?:: ?(?:0|false|no)\\b|=(?:0|false))',
      source: 'Azure SNAT, Fortinet 20007, Cisco ASA 202010',
      examples: [
        'SNAT port exhaustion detected on gateway gw-1',
        'msg="NAT port is exhausted." srcip=198.51.100.9 dstip=192.0.2.7 dstport=443',
        '%ASA-3-202010: PAT pool exhausted for outside, port range 1024-65535. Unable to create TCP connection',
      ],
    },
    {
      id: 'ports-none-left',
      failure: 'no-ports',
      needles: ['ephemeral port', 'snat port', 'no free port', 'no free local port', 'source ports', 'nat port'],
      rank: RANK.outright,
      verdict: 'connect-exhaustion',
      certainty: 0.8,
      pattern:
        '\\b(?:no (?:more )?(?:free |available )?|ran out of |out of |run out of |(?:could not|cannot|failed to|unable to) allocate (?:an? )?(?:new |free )?|exhausted (?:all )?)(?:available )?(?:ephemeral|local source|snat|nat|source) ports?\\b|\\bno free (?:local )?ports? (?:available |left )?(?:in (?:the )?range|to connect|for (?:outgoing|outbound))',
      unless: 'listen|\\bbind',
      source: 'programs that look at the range themselves',
      examples: ['no ephemeral ports available for 192.0.2.7:443', 'no free ports available in range 32768-60999'],
    },
    {
      id: 'azure-connections',
      failure: 'no-ports',
      needles: ['host thresholds exceeded'],
      runtime: 'azure-functions',
      rank: RANK.outright,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: 'Host thresholds exceeded: \\[[^\\]\\n]{0,80}\\bConnections\\b',
      source: 'Azure Functions host: the cap on connections of its sandbox',
      examples: ['Host Error: Microsoft.Azure.WebJobs.Script: Host thresholds exceeded: [Connections].'],
    },
    {
      id: 'cloud-nat-dropped',
      failure: 'no-ports',
      needles: ['allocation_status'],
      runtime: 'gcp-nat',
      rank: RANK.outright,
      verdict: 'connect-exhaustion',
      certainty: 0.8,
      pattern: 'allocation_status["\']?\\s{0,4}[:=]\\s{0,4}["\']?DROPPED',
      source: 'Google Cloud NAT logs',
      examples: ['"allocation_status":"DROPPED","connection":{"dest_ip":"192.0.2.7","dest_port":443}'],
    },
    {
      id: 'ios-nat-pool',
      failure: 'no-ports',
      needles: ['addr_alloc_failure', 'portmap translation creation failed', 'nat_pool_exhausted'],
      runtime: 'cisco',
      rank: RANK.outright,
      verdict: 'connect-exhaustion',
      certainty: 0.8,
      pattern:
        '%(?:IP)?NAT-\\d-(?:ADDR|PORT)_ALLOC_FAILURE|%ASA-3-305006: (?:portmap|regular) translation creation failed',
      source: 'Cisco IOS and ASA message catalogues',
      examples: [
        '%IPNAT-4-ADDR_ALLOC_FAILURE: Address allocation failed for 198.51.100.9, pool outside might be exhausted',
      ],
    },
  ],
  lookAlikes: [
    'SNAT port exhaustion alarm: OK',
    'ports exhausted: 0',
    'no free leases',
    'thread pool exhausted',
    'ephemeral port usage 12%',
  ],
};
