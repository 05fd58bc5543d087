import type { Scenario } from '../scenario.ts';
import { constant, steps, until, ramp } from '../timeline.ts';
import { destination, hosts, minutes, natIncident, service, workload, world } from './kit.ts';
import { shop } from './shop.ts';

const WARM_UP = minutes(30);

export const natObserver: Scenario = {
  name: 'nat-observer',
  class: 'nat-observer',
  flowLevel: 'nat',
  title: 'A log shipper takes the ports; the application that shares its endpoint reports the errors',
  mechanism:
    'After an upgrade the log shipper opens a connection per batch to the intake endpoint and says nothing of it. The ' +
    'applications send a few metrics to the same endpoint and are the only ones who log timeouts: victim and culprit differ.',
  draw(random) {
    const built = shop(random);
    const shipper = hosts(41, 1, 'log-shipper', { platform: 'ec2' });
    const shipperIndex = built.hosts.length;
    const intake = built.services.length;
    const rampEnd = WARM_UP + minutes(random.integer(12, 90));
    const end = rampEnd + minutes(8);
    const full = built.fullRate(0.2);
    return world({
      ...built,
      hosts: [...built.hosts, ...shipper],
      services: [
        ...built.services,
        service('intake', [destination('192.0.2.120')], { hostNames: ['intake.logs.example'] }),
      ],
      durationSeconds: end + minutes(8),
      gateways: [built.gateway],
      workloads: [
        workload(
          'log-shipper',
          [shipperIndex],
          intake,
          until(end, ramp(full * 0.1, full * 1.3, WARM_UP, rampEnd), constant(full * 0.1)),
          {
            runtime: null,
            responseBytes: 200,
          },
        ),
        workload('metrics', [...built.orders, ...built.checkout], intake, steps(full * 0.05), {
          runtime: built.runtime,
          logFormat: built.logFormat,
          requestBytes: 20_000,
        }),
        ...built.background,
      ],
      labels: {
        verdict: 'exhaustion',
        incidents: [
          natIncident(built.gateway.id, {
            causes: ['churn', 'growth'],
            services: [intake],
            culprits: [0],
            onsetSecond: WARM_UP,
            endSecond: end + minutes(1),
          }),
        ],
        ruledOut: [],
        alsoTrue: ['connection-rate-spike'],
      },
    });
  },
};
