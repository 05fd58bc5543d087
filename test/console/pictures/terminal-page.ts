/** A terminal's text, colours included, as a page to photograph. Knows the styles that the report uses and no others. */
export const terminalPage = (command: string, output: string): string => `<!doctype html>
<meta charset="utf-8">
<style>
  body { margin: 0; background: #16181d }
  main { display: inline-block; padding: 18px 22px; background: #16181d }
  pre { margin: 0; color: #e4e6ea; font: 14px/1.4 'DejaVu Sans Mono', 'Liberation Mono', Menlo, monospace }
  .prompt { color: #86cfa5 }
</style>
<main><pre><span class="prompt">$</span> ${escaped(command)}\n\n${spans(output)}</pre></main>`;

const STYLES: Readonly<Record<string, string>> = {
  1: 'font-weight:bold',
  2: 'opacity:0.65',
  31: 'color:#ff8a96',
  32: 'color:#86cfa5',
  33: 'color:#ecc558',
  34: 'color:#7db4f0',
  35: 'color:#c79af5',
  36: 'color:#62cfe0',
  90: 'color:#a5abb8',
  91: 'color:#ff8a96',
};

/** Every sequence opens a span with what now holds, and a reset closes them all. */
function spans(output: string): string {
  let open = 0;
  // oxlint-disable-next-line no-control-regex -- terminal sequences begin with one
  const html = output.split(/\u001B\[([\d;]*)m/).map((piece, index) => {
    if (index % 2 === 0) return escaped(piece);
    const codes = piece.split(';').filter((code) => STYLES[code] !== undefined);
    if (codes.length > 0) {
      open += 1;
      return `<span style="${codes.map((code) => STYLES[code]).join(';')}">`;
    }
    const closing = '</span>'.repeat(open);
    open = 0;
    return closing;
  });
  return html.join('');
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
