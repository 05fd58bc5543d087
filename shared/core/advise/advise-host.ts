import type { Recommendation } from '../finding/schema.ts';
import { figures } from '../model/figures.ts';
import { type Case, peakWouldBe, towards } from './situation.ts';

/** Linux keeps TIME_WAIT for a fixed 60 s; Windows for TcpTimedWaitDelay, by its documentation 120 s. */
const LINUX_TIME_WAIT_SECONDS = 60;
const WINDOWS_TIME_WAIT_SECONDS = 120;
/** The default range of Windows and macOS, 49152–65535; of Linux it is 28,232. */
const WINDOWS_PORTS = 16_384;
/** 1024–65535, and what netsh may be given: 10000–65535. */
const WIDEST_PORTS = 64_512;
const WIDEST_WINDOWS_PORTS = 55_536;

/** With the range full, only tcp_tw_reuse works within a second; a leak holds no TIME_WAIT that it could reuse. */
export function adviseHost(situation: Case, durable: readonly Recommendation[]): Recommendation[] {
  const { cause } = situation;
  const isHeld = cause === 'leak' || cause === 'hold';
  const first = [...bindLate(situation), ...(isHeld ? [] : [reuseTimeWait(situation)])];
  return [
    ...first,
    ...durable,
    widerRange(situation),
    ...(isHeld ? [reuseTimeWait(situation)] : []),
    ...spreadDestination(situation),
    notFinTimeout(situation),
  ];
}

/** On Windows connect itself fails with WSAEADDRINUSE, whoever bound what. */
function bindLate({ bindsFirst, capacityPorts }: Case): Recommendation[] {
  if (!bindsFirst || capacityPorts === WINDOWS_PORTS) return [];
  return [
    {
      action: 'bind-address-no-port',
      detail:
        'The client binds a source address before it connects, so the kernel must find a port that is free for all destinations: set IP_BIND_ADDRESS_NO_PORT on the socket before bind (setsockopt(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT)), or do not bind at all (Node localAddress, nginx proxy_bind, curl --interface).',
      expectedEffect: `The limit of ${capacityPorts} ports then counts per destination instead of over all of them.`,
      preconditions: ['Linux 4.2 and later.'],
      sideEffects: ['The local port is known only after connect.'],
    },
  ];
}

function reuseTimeWait({ cause, nowcast: { peak } }: Case): Recommendation {
  const lives = Math.max(0, peak.secondsHeld - LINUX_TIME_WAIT_SECONDS);
  const sized =
    peak.opensPerSecond > 0 && peak.secondsHeld >= LINUX_TIME_WAIT_SECONDS
      ? ` At ${figures(peak.opensPerSecond, 2)} new connections/s about ${Math.ceil(peak.opensPerSecond * (lives + 1))} ports are then taken at a time.`
      : '';
  return {
    action: 'enable-tcp-tw-reuse',
    detail:
      'sysctl -w net.ipv4.tcp_tw_reuse=1 lets outgoing connections reuse a port in TIME_WAIT after one second (the default 2 does so on loopback only). Kubernetes: securityContext.sysctls; ECS: systemControls; to stay: a file in /etc/sysctl.d. Windows has no such setting: TcpTimedWaitDelay (30–300 s, HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters) shortens TIME_WAIT after a restart of the machine.',
    expectedEffect:
      cause === 'leak'
        ? 'Frees ports in TIME_WAIT only: a connection that is never closed keeps its port.'
        : `Works at once, even when the range is already full.${sized}`,
    preconditions: [
      'TCP timestamps on both sides (the default).',
      'The sysctl is set in the network namespace of the pod, container or task.',
    ],
    sideEffects: ['None known for outgoing connections with timestamps.'],
  };
}

function widerRange(situation: Case): Recommendation {
  const now = situation.capacityPorts || situation.portsPerAddress;
  const isWindows = now === WINDOWS_PORTS;
  const wider = isWindows ? WIDEST_WINDOWS_PORTS : WIDEST_PORTS;
  const seconds = isWindows ? WINDOWS_TIME_WAIT_SECONDS : LINUX_TIME_WAIT_SECONDS;
  const linux =
    'Linux: sysctl -w net.ipv4.ip_local_port_range="1024 65535" (pods and tasks: in their own network namespace, by securityContext.sysctls or systemControls)';
  const windows =
    'Windows: netsh int ipv4 set dynamicport tcp start=10000 num=55536 (and ipv6; machine-wide; netsh int ipv4 show dynamicport tcp shows it)';
  const macos = 'macOS: sysctl -w net.inet.ip.portrange.first=10000';
  return {
    action: 'widen-port-range',
    detail: `${(isWindows ? [windows, macos, linux] : [linux, windows, macos]).join('. ')}.`,
    expectedEffect: `${now} → ${wider} ports per destination${peakWouldBe(situation, wider)}. With TIME_WAIT of ${seconds} s that sustains ${Math.floor(wider / seconds)} new connections/s instead of ${Math.floor(now / seconds)}.`,
    preconditions: ['Ports of local servers above 1024 are reserved (net.ipv4.ip_local_reserved_ports).'],
    sideEffects: ['A server that starts later may find its port taken by a client connection.'],
  };
}

/** connect() needs a port that is free for its destination alone: each address has the whole range. */
function spreadDestination(situation: Case): Recommendation[] {
  if (situation.destination === null || situation.bindsFirst) return [];
  return [
    {
      action: 'spread-over-addresses',
      detail: `The range counts per destination: where the service behind ${towards(situation)} has several addresses or ports, use them all (for a load balancer every address of its name; a proxy beside the client: several listening ports), or give the client another source address.`,
      expectedEffect: `Each further address brings ${situation.capacityPorts} ports of its own${peakWouldBe(situation, 2 * situation.capacityPorts)} with two used evenly.`,
      preconditions: ['The service answers at more than one address or port.'],
      sideEffects: ['Pools must be sized per address.'],
    },
  ];
}

function notFinTimeout({ nowcast: { peak } }: Case): Recommendation {
  const sized =
    peak.opensPerSecond > 0
      ? ` At ${figures(peak.opensPerSecond, 2)} new connections/s it holds ${Math.ceil(peak.opensPerSecond * LINUX_TIME_WAIT_SECONDS)} ports whatever that setting says.`
      : '';
  return {
    action: 'do-not-lower-tcp-fin-timeout',
    detail: `TIME_WAIT lasts 60 s on Linux whatever net.ipv4.tcp_fin_timeout says: that setting is about orphaned FIN_WAIT_2.${sized} Restarting the process does not free its ports either, and tcp_tw_recycle is gone since Linux 4.12.`,
    expectedEffect:
      'Widespread advice, but it frees no port: TIME_WAIT lasts 60 s on Linux whatever that setting says.',
    preconditions: [],
    sideEffects: [],
  };
}
