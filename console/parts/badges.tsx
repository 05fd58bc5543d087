import type { Finding } from '../client/api-client.ts';
import { SEVERITY_SHAPES, type Severity } from '../logic/severity.ts';

export const SeverityBadge = ({ severity }: { severity: Severity }) => (
  <span class={`badge severity-${severity}`}>
    <span aria-hidden="true">{SEVERITY_SHAPES[severity]}</span> {severity}
  </span>
);

export const StatusBadge = ({ status }: { status: Finding['status'] }) => <span class="badge status">{status}</span>;

/** A figure with its name, as in a table of facts. */
export const Fact = ({ name, children }: { name: string; children: preact.ComponentChildren }) => (
  <div class="fact">
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
