// Everything shown is put in as text, never as markup: what a log says is somebody else's.
const view = document.getElementById('view');

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

async function ask(path) {
  const response = await fetch(path);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? response.statusText);
  return answer;
}

function findingLine(finding) {
  const link = element('a', { href: `#/findings/${encodeURIComponent(finding.id)}` }, finding.title);
  const facts = [finding.severity, finding.status, finding.layer, `last seen ${finding.lastSeenAt}`].join(' · ');
  return element('li', {}, link, element('br'), facts);
}

async function showList() {
  const { findings } = await ask('/findings');
  const list =
    findings.length === 0
      ? element('p', {}, 'No findings yet. Run freeport analyze with --store on your logs, then reload.')
      : element('ul', {}, ...findings.map(findingLine));
  view.replaceChildren(element('h1', {}, 'Findings'), list);
}

async function showFinding(id) {
  const finding = await ask(`/findings/${encodeURIComponent(id)}`);
  const facts = Object.entries(finding).flatMap(([key, value]) => [
    element('dt', {}, key),
    element('dd', {}, typeof value === 'object' ? element('pre', {}, JSON.stringify(value, null, 2)) : String(value)),
  ]);
  view.replaceChildren(element('h1', {}, finding.title), element('dl', {}, ...facts));
}

async function show() {
  const match = /^#\/findings\/(.+)$/.exec(location.hash);
  try {
    await (match ? showFinding(decodeURIComponent(match[1])) : showList());
  } catch (error) {
    view.replaceChildren(element('h1', {}, 'This did not work'), element('p', { role: 'alert' }, error.message));
  }
}

addEventListener('hashchange', show);
await show();
