import { RANK, type Family } from '../signature.ts';

/** Connection tracking: another table that runs out, and drops packets instead of refusing ports. */
export const KERNEL: Family = {
  runtime: 'linux-kernel',
  marks: null,
  signatures: [
    {
      id: 'conntrack-full',
      failure: 'conntrack',
      needles: [
        'table full, dropping',
        'table full!',
        'conntrack table full',
        'conntrack table is full',
        'conntrackfull',
      ],
      rank: RANK.outright,
      verdict: 'conntrack-full',
      certainty: 0.95,
      pattern:
        '(?:\\b|_)conntrack: (?:nf_conntrack: )?table full|\\bconntrack table (?:is )?full\\b|\\bConntrackFull\\b|nf_conntrack table full',
      source: 'linux net/netfilter/nf_conntrack_core.c',
      examples: [
        'nf_conntrack: table full, dropping packet',
        'kernel: [1694413.644132] nf_conntrack: nf_conntrack: table full, dropping packet',
        'ip_conntrack: table full, dropping packet.',
      ],
    },
    {
      id: 'conntrack-allowance',
      failure: 'conntrack',
      needles: ['conntrack_allowance_exceeded'],
      rank: RANK.outright,
      verdict: 'conntrack-full',
      certainty: 0.85,
      pattern: 'conntrack_allowance_exceeded["\']?\\s{0,4}[:=]\\s{0,4}["\']?[1-9]',
      runtime: 'ethtool',
      source: "EC2's ENA driver: the instance's own connection tracking",
      examples: ['     conntrack_allowance_exceeded: 3017'],
    },
    {
      id: 'pf-states',
      failure: 'conntrack',
      needles: ['states limit reached'],
      rank: RANK.outright,
      verdict: 'conntrack-full',
      certainty: 0.9,
      runtime: 'freebsd-kernel',
      pattern: '\\bPF states limit reached',
      source: 'FreeBSD sys/netpfil/pf: the zone of states',
      examples: ['kernel: [zone: pf states] PF states limit reached'],
    },
    {
      id: 'cilium-conntrack',
      failure: 'conntrack',
      needles: ['ct: map insertion failed'],
      rank: RANK.outright,
      verdict: 'conntrack-full',
      certainty: 0.85,
      runtime: 'cilium',
      pattern: '\\bCT: Map insertion failed',
      source: 'cilium bpf/lib/conntrack.h: drop reason',
      examples: ['xx drop (CT: Map insertion failed) flow 0x0 to endpoint 0'],
    },
  ],
  lookAlikes: [
    'Setting nf_conntrack_max to 262144',
    'conntrack_allowance_exceeded: 0',
    'conntrack_allowance_available: 601984',
  ],
};
