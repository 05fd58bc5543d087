// Small things that several stages share.

// The finisher of MurmurHash3, as in tuple.ts.
// @ts-ignore: decorator
@inline
export function mix(value: u32): u32 {
  let hash = value;
  hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
  return hash ^ (hash >> 16);
}

// @ts-ignore: decorator
@inline
export function ipv4Hash(address: u32): u32 {
  return mix(address ^ 0x2545f491);
}
