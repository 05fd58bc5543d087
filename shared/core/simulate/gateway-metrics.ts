import type { Engine, GatewayState } from './engine-state.ts';
import { quietGatewayMinute, type MetricPoint } from './metric-output.ts';
import { heldNatPorts } from './nat-gateway.ts';

const ORDINARY_PACKET_BYTES = 900;

/** Once a second: what the gateway holds and carries, for the minute's maxima. */
export function sampleGateways(engine: Engine, nowMs: number): void {
  for (const state of engine.gateways) {
    const { gateway } = state.ports;
    const held = gateway.activeCountsHeld && nowMs % 5000 === 0 ? heldNatPorts(state.ports) : 0;
    state.minute.ActiveConnectionCount = Math.max(state.minute.ActiveConnectionCount, state.active + held);
    const bytes =
      Math.min(state.bytesPerSecond, gateway.bytesPerSecondLimit) + state.packetsThisSecond * ORDINARY_PACKET_BYTES;
    state.minute.PeakBytesPerSecond = Math.max(state.minute.PeakBytesPerSecond, Math.round(bytes));
    const packets = Math.round(bytes / ORDINARY_PACKET_BYTES);
    state.minute.PeakPacketsPerSecond = Math.max(state.minute.PeakPacketsPerSecond, packets);
    if (state.bytesPerSecond > gateway.bytesPerSecondLimit)
      state.minute.PacketsDropCount += Math.round(
        (state.bytesPerSecond - gateway.bytesPerSecondLimit) / ORDINARY_PACKET_BYTES,
      );
    state.packetsThisSecond = 0;
    state.owedErrors += engine.random.poisson(gateway.baselineErrorsPerMinute / 60);
  }
}

/** The minute's datapoints of every gateway and load balancer; the counts begin anew. */
export function minuteOfMetrics(engine: Engine, second: number, minuteStartMs: number): MetricPoint[] {
  const ofGateways = engine.gateways.flatMap((state) => pointsOf(state, minuteStartMs));
  const ofBalancers = engine.world.loadBalancers.flatMap((balancer) => {
    const series = { namespace: 'AWS/NetworkELB', dimension: 'LoadBalancer', resourceId: balancer.arnSuffix };
    const errors = engine.random.poisson(balancer.allocationErrorsPerMinute(second));
    const flows = engine.random.poisson(balancer.newFlowsPerMinute(second));
    return [
      { series, metric: 'PortAllocationErrorCount', atMs: minuteStartMs, value: errors },
      { series, metric: 'NewFlowCount', atMs: minuteStartMs, value: flows },
    ];
  });
  return [...ofGateways, ...ofBalancers];
}

function pointsOf(state: GatewayState, atMs: number): MetricPoint[] {
  const series = { namespace: 'AWS/NATGateway', dimension: 'NatGatewayId', resourceId: state.ports.gateway.id };
  const points = Object.entries(state.minute).map(([metric, value]) => ({ series, metric, atMs, value }));
  state.minute = { ...quietGatewayMinute(), ActiveConnectionCount: state.active };
  return points;
}
