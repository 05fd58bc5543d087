import { LIKELY, RANK, type Family } from '../signature.ts';
import { SUSPECT } from './posix-timeout.ts';

/** Envoy and the meshes on it: log lines, and the response body and details that clients log. */
export const ENVOY: Family = {
  runtime: 'envoy',
  marks:
    '\\benvoy\\b|upstream connect error or disconnect|immediate[ _]connect[ _]error|delayed[ _]connect[ _]error|\\[C\\d{1,9}\\]',
  signatures: [
    {
      id: 'envoy-immediate-addressed',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: 'immediate[ _]connect[ _]error:[ _]<unavailable>\\|remote[ _]address',
      source: 'envoy source/common/network/connection_impl.cc',
      examples: ['[C1] immediate connect error: Cannot assign requested address|remote address:192.0.2.7:8080'],
    },
    {
      id: 'envoy-immediate',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: 0.6,
      pattern: '(?:immediate|delayed)[ _]connect[ _]error:[ _]<unavailable>',
      source: 'envoy transport failure reason, in bodies and in %RESPONSE_CODE_DETAILS%',
      examples: [
        'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure reason: immediate connect error: Cannot assign requested address',
        'upstream_reset_before_response_started{remote_connection_failure|immediate_connect_error:_Cannot_assign_requested_address}',
      ],
    },
    {
      id: 'envoy-immediate-number',
      failure: 'unavailable',
      needles: ['connect error: 99', 'connect_error:_99', 'connect error: 49'],
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: 0.6,
      pattern: '(?:immediate|delayed)[ _]connect[ _]error:[ _](?:99|49)\\b',
      source: 'envoy before 1.22 printed the number',
      examples: ['transport failure reason: immediate connect error: 99'],
    },
    {
      id: 'envoy-connect-timeout',
      failure: 'timeout',
      needles: ['reset reason: connection timeout', 'connection_timeout', 'connect error: 110', 'connect_error:_110'],
      rank: RANK.call,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern:
        'reset reason: connection timeout|upstream_reset_before_response_started\\{connection_timeout|delayed[ _]connect[ _]error:[ _]110\\b',
      source: 'envoy Http::Utility reset reasons',
      examples: ['upstream connect error or disconnect/reset before headers. reset reason: connection timeout'],
    },
  ],
  lookAlikes: [
    'delayed connect error: 111',
    "error adding listener '192.0.2.7:443': cannot bind '192.0.2.7:443': Cannot assign requested address",
    'reset reason: overflow',
  ],
};
