import type { Address } from '../model/address.ts';
import type { FlowRecord } from './record.ts';

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;

/** A record turned so that the initiator stands first: which row it belongs to, with which port, and whose packets it holds. */
export type Leg = {
  readonly localAddress: Address;
  readonly localPort: number;
  readonly address: Address;
  readonly port: number;
  readonly via: Address | null;
  /** The record's packets travel from the destination back to the initiator. */
  readonly isReply: boolean;
};

/**
 * Who began the connection, judged by this record alone, so that no batching of records can change the answer: a SYN
 * is the initiator's, a SYN+ACK the destination's, and without either the lower port is taken for the service.
 * That guess is wrong for services above their clients' ports (a NAT gateway hands out ports from 1024 on):
 * `orientRows` repairs it once all rows are together. Equal ports tell nothing: null.
 */
export function legOf(record: FlowRecord): Leg | null {
  const isReply = isReplyRecord(record);
  if (isReply === null) return null;
  const { srcAddress, dstAddress, pktSrcAddress, pktDstAddress, srcPort, dstPort } = record;
  return isReply
    ? {
        localAddress: pktDstAddress,
        localPort: dstPort,
        address: pktSrcAddress,
        port: srcPort,
        via: srcAddress === pktSrcAddress ? null : srcAddress,
        isReply,
      }
    : {
        localAddress: pktSrcAddress,
        localPort: srcPort,
        address: pktDstAddress,
        port: dstPort,
        via: dstAddress === pktDstAddress ? null : dstAddress,
        isReply,
      };
}

function isReplyRecord({ tcpFlags, srcPort, dstPort }: FlowRecord): boolean | null {
  if (tcpFlags !== null && (tcpFlags & SYN) !== 0) return (tcpFlags & ACK) !== 0;
  return srcPort === dstPort ? null : srcPort < dstPort;
}
