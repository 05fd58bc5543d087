/** One piece of output as AWS would deliver it: an S3 object, a minute of metrics, a batch of log events. */
export type Delivery = {
  readonly kind: 'flow-log' | 'metric' | 'app-log' | 'inventory';
  /** Relative to the output folder. Text files named `.gz` are compressed by whoever writes them. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** When its last content happened, in milliseconds since the epoch: delivery delays count from here. */
  readonly completeMs: number;
};

export type Sink = (delivery: Delivery) => void;

export const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
