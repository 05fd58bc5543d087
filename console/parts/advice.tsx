import type { Finding } from '../client/api-client.ts';
import { Line } from './text.tsx';

type AdviceProps = Pick<Finding['recommendations'][number], 'detail' | 'expectedEffect'>;

/** What a recommendation is, and what it would do here. */
export const Advice = ({ detail, expectedEffect }: AdviceProps) => (
  <>
    <p>
      <Line text={detail} limit={1_000} />
    </p>
    {expectedEffect !== '' && (
      <p>
        <strong>Effect:</strong> <Line text={expectedEffect} limit={600} />
      </p>
    )}
  </>
);
