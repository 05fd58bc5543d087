import type { Recommendation } from '../finding/schema.ts';

/** A Network Load Balancer's node has 55,000 ports per target address and port while it hides the clients' addresses. */
export const adviseLoadBalancer = (): Recommendation[] => [spreadTargets(), keepAlive(), notPersistence()];

const spreadTargets = (): Recommendation => ({
  action: 'spread-load-balancer-ports',
  detail:
    'Add targets, or switch client IP preservation on (aws elbv2 modify-target-group-attributes --target-group-arn ARN --attributes Key=preserve_client_ip.enabled,Value=true): each Network Load Balancer node has 55,000 ports per target address and port. Distribute evenly: targets in every enabled zone, or load_balancing.cross_zone.enabled.',
  expectedEffect: 'Each further target adds a full set of ports; with client IP preservation the node needs none.',
  preconditions: ['Targets in every enabled zone, or cross-zone balancing on.'],
  sideEffects: [
    'With client IP preservation, targets’ security groups must allow the clients.',
    'With client IP preservation a target cannot reach itself through the load balancer.',
  ],
});

const keepAlive = (): Recommendation => ({
  action: 'keep-load-balancer-connections',
  detail:
    'A new connection takes a port at the node: have clients keep theirs alive and use them again, with an idle time below the load balancer’s (350 s for TCP).',
  expectedEffect: 'Ports are needed per standing connection instead of per request.',
  preconditions: ['The targets keep idle connections open longer than the clients do.'],
  sideEffects: ['Long-lived connections stay where they are: a target that is added gets only new ones.'],
});

const notPersistence = (): Recommendation => ({
  action: 'loosen-load-balancer-persistence',
  detail:
    'Source-IP stickiness sends all of a client, or of everyone behind one NAT address, to one target, whose ports then run out while others are idle: switch stickiness off (Key=stickiness.enabled,Value=false) unless sessions need it.',
  expectedEffect: 'Connections spread over all targets, and so do the ports.',
  preconditions: ['Stickiness is on, and sessions do not need it.'],
  sideEffects: ['A client’s connections reach different targets.'],
});
