import { describe, expect, it } from 'vitest';
import { nlbPortAllocationErrors } from '../../../shared/core/detect/nlb-port-allocation-errors.ts';
import type { LoadBalancerSeries } from '../../../shared/core/detect/load-balancer-series.ts';
import { evaluateAt, metricMinute, seriesOf, START } from '../builders.ts';

const ID = 'net/edge/0123456789abcdef';
const datapoint = (minute: number, value: number) =>
  metricMinute({ resourceType: 'load-balancer', resourceId: ID, metric: 'PortAllocationErrorCount', minute, value });
const ask = (values: readonly number[], minute = START) => {
  const { loadBalancers } = seriesOf(values.map((value, i) => datapoint(START + i, value)));
  return evaluateAt(nlbPortAllocationErrors, loadBalancers[0] as LoadBalancerSeries, minute);
};

describe('nlb-port-allocation-errors', () => {
  it('signals any error', () => {
    expect(ask([1])).toEqual({
      outcome: 'signal',
      level: 'failing',
      destinationKey: null,
      statement: 'PortAllocationErrorCount 1 in the minute',
    });
  });

  it('is quiet at 0, and about a steady trickle', () => {
    expect(ask([0])).toEqual({ outcome: 'quiet', keepsOpen: false });
    expect(ask(Array.from({ length: 10 }, () => 2))).toEqual({ outcome: 'quiet', keepsOpen: false });
    expect(ask(Array.from({ length: 9 }, () => 2)).outcome).toBe('signal');
  });

  it('has no answer without a datapoint', () => {
    expect(ask([1], START + 1).outcome).toBe('insufficient-data');
  });
});
