/** The first bytes of every Parquet file, and its last: «PAR1». */
const MAGIC = [0x50, 0x41, 0x52, 0x31];

export const isParquet = (firstBytes: ArrayLike<number>): boolean => MAGIC.every((byte, at) => firstBytes[at] === byte);
