/** A gzip file that is open, and what is known of it. */
export type GzipSource = {
  readonly file: number;
  readonly size: number;
  /** What it is read into, `CHUNK_BYTES` at a time. */
  readonly buffer: Buffer;
  /** What the buffer holds of it. */
  readonly first: Buffer;
  readonly onBytes: (bytes: number) => void;
};

/** Takes text as it is inflated; each is good until the next. */
export type PushText = (text: Buffer) => void;

/** How much text is handed over at once: little enough that it is still in the cache when it is read. */
export const TEXT_BYTES = 256 * 1024;
