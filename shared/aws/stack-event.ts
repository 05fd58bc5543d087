import * as z from 'zod/mini';

/** What CloudFormation asks of a custom resource's function. */
const stackEventSchema = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.string(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.optional(z.string()),
});

export type StackEvent = z.infer<typeof stackEventSchema>;

export function readStackEvent(event: unknown): StackEvent | null {
  const parsed = stackEventSchema.safeParse(event);
  return parsed.success ? parsed.data : null;
}

const REASON_LIMIT = 1_000;

/**
 * Does the work and tells CloudFormation how it went, which waits for up to an hour otherwise. On removal a failure is
 * reported as success with its reason: a stack that cannot be deleted is worse than an alarm that stays.
 */
export async function answerStack(
  event: StackEvent,
  put: (url: string, body: string) => Promise<void>,
  work: () => Promise<unknown>,
): Promise<void> {
  let reason: string | null = null;
  try {
    await work();
  } catch (error) {
    reason = String(error).slice(0, REASON_LIMIT);
  }
  const { StackId, RequestId, LogicalResourceId } = event;
  await put(
    event.ResponseURL,
    JSON.stringify({
      Status: reason === null || event.RequestType === 'Delete' ? 'SUCCESS' : 'FAILED',
      Reason: reason ?? 'done',
      PhysicalResourceId: event.PhysicalResourceId ?? LogicalResourceId,
      StackId,
      RequestId,
      LogicalResourceId,
    }),
  );
}

/** CloudFormation's address is signed for a PUT without a content type. */
export async function putToStack(url: string, body: string): Promise<void> {
  const response = await fetch(url, { method: 'PUT', body, headers: { 'content-type': '' } });
  if (!response.ok) throw new Error(`CloudFormation answered ${response.status}`);
}
