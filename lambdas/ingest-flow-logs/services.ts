import type { AnalysisRequests } from '../../shared/aws/store/analysis-requests.ts';
import type { PieceReader } from '../../shared/aws/ingest/flow-pieces.ts';
import type { Log } from '../../shared/aws/log.ts';
import type { ObjectSource } from '../../shared/aws/ingest/object-source.ts';
import type { FlowReaderOptions } from '../../shared/core/flow-log/flow-reader.ts';
import type { PartStore } from '../../shared/ports.ts';

export type Services = {
  readonly objects: ObjectSource;
  readonly parts: Pick<PartStore, 'put'>;
  readonly requests: AnalysisRequests;
  /** Reads flow log text; `format` names the fields of text without a header. */
  readonly createReader: (options: FlowReaderOptions) => PieceReader;
  readonly log: Log;
  /** The fields of flow logs in CloudWatch Logs, by log group: their records come without a header. */
  readonly formats: Readonly<Record<string, readonly string[]>>;
};
