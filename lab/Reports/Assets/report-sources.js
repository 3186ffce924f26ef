// Positions in texts become links, and the texts that they point into are shown where the reader is.

const sourceNames = Object.keys(data.sources).sort((a, b) => b.length - a.length);
const positions = sourceNames.length === 0 ? null : new RegExp(
  `(${sourceNames.map(name => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')}):(\\d+)(?::\\d+)?`, 'g');

/** The text, with a link for every position in a file that the report carries. */
function linked(text) {
  const nodes = [];
  let end = 0;
  for (const match of positions ? text.matchAll(positions) : []) {
    nodes.push(text.slice(end, match.index), sourceLink(match[1], match[2]));
    end = match.index + match[0].length;
  }
  return [...nodes, text.slice(end)];
}

function sourceLink(file, line) {
  const short = file.split('/').slice(-2).join('/');
  return el('a.place', { href: addressOf({ ...shown, source: `${file}:${line}` }), 'data-source': `${file}:${line}`, title: `${file}, line ${line}` },
    `${short}:${line}`);
}

/** 'fixtures/x.xml:6:4' as a link; the words themselves where the file is not here. */
function place(position) {
  return linked(position);
}

function showSource() {
  const dialog = document.getElementById('source');
  const [, file, line] = /^(.*?):(\d+)$/.exec(shown.source) ?? [];
  if (!file || !(file in data.sources)) {
    dialog.close();
    return;
  }
  document.getElementById('source-name').textContent = file;
  const lines = data.sources[file].replace(/\n$/, '').split('\n').map((text, index) =>
    el(index + 1 === Number(line) ? 'div.source-line.is-meant' : 'div.source-line',
      { id: `line-${index + 1}`, 'aria-current': index + 1 === Number(line) ? 'true' : null },
      el('span.source-number', { 'aria-hidden': 'true' }, String(index + 1)), el('code', null, ...coloured(text))));
  document.getElementById('source-text').replaceChildren(...lines);
  if (!dialog.open) {
    dialog.showModal();
  }
  dialog.querySelector('.is-meant')?.scrollIntoView({ block: 'center' });
}

/** Tags, attributes, values and comments of XML, and the keywords of Gherkin, each in a colour of its own. */
function coloured(text) {
  const words = /(<!--.*?-->|^\s*#.*$)|(<\/?[\w-]+|\/?>)|([\w-]+)(?==["'])|("[^"]*"|'[^']*')|^(\s*)(Feature|Background|Rule|Scenario Outline|Scenario|Examples|Given|When|Then|And|But)\b/g;
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(words)) {
    const kind = ['comment', 'tag', 'attribute', 'value'].find((_, group) => match[group + 1]) ?? 'keyword';
    nodes.push(text.slice(end, match.index), el(`span.code-${kind}`, null, match[0]));
    end = match.index + match[0].length;
  }
  return [...nodes, text.slice(end)];
}

document.addEventListener('click', event => {
  const link = event.target.closest('[data-source]');
  if (link && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    shown.source = link.dataset.source;
    writeAddress();
    showSource();
  }
});
document.getElementById('source-close').addEventListener('click', () => document.getElementById('source').close());
document.getElementById('source').addEventListener('click', event => event.target.id === 'source' && event.target.close());
document.getElementById('source').addEventListener('close', () => {
  shown.source = '';
  writeAddress();
});
