/** What rotation and compression put behind a log's name: `.gz`, `.1`, `-20261112`, `.2026-11-12`, `-20261112-13`. */
const ROTATED = /(?:\.gz|\.log\.gz|[.-]\d{1,3}|[.-]\d{4}-?\d{2}-?\d{2}(?:[.T-]\d{2,6}Z?)?)$/i;
/** An export of CloudWatch Logs to S3 cuts a stream into `000000.gz`, `000001.gz` and so on, in the stream's folder. */
const EXPORT_PIECE = /^(.+)\/\d{6}(?:\.gz)?$/;

/**
 * The name of the log that a file is a piece of, so that a rotation in the middle of an incident does not make two logs
 * of one: `app.log.2.gz` is `app.log`.
 */
export function logSourceName(fileName: string): string {
  const piece = EXPORT_PIECE.exec(fileName)?.[1];
  if (piece !== undefined) return piece;
  let name = fileName;
  for (let shorter = withoutSuffix(name); shorter !== name; shorter = withoutSuffix(name)) name = shorter;
  return name;
}

/** Never the whole of a file's name: `2026-11-12.log` keeps what it has. */
function withoutSuffix(name: string): string {
  const shorter = name.replace(ROTATED, '');
  return shorter === '' || shorter.endsWith('/') ? name : shorter;
}
