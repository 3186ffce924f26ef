// What is shown stands in the address, so that a link shows the next person the same:
// #status=failed,disagreed&tag=@slow&q=arp&open=features/a.feature:12&source=fixtures/filters/x/filter.xml:6

const shown = { status: new Set(), tag: new Set(), q: '', open: new Set(), source: '' };

function readAddress() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const list = name => new Set((parameters.get(name) ?? '').split(',').filter(Boolean));
  Object.assign(shown, {
    status: list('status'), tag: list('tag'), q: parameters.get('q') ?? '',
    open: new Set(parameters.getAll('open')), source: parameters.get('source') ?? '',
  });
}

function addressOf(state) {
  const parts = [];
  const add = (name, value) => value && parts.push(`${name}=${encodeURIComponent(value).replace(/%(2F|3A|40|2C)/g, decodeURIComponent)}`);
  add('status', [...state.status].join(','));
  add('tag', [...state.tag].join(','));
  add('q', state.q);
  state.open.forEach(id => add('open', id));
  add('source', state.source);
  return `#${parts.join('&')}`;
}

/** Replaces rather than pushes, so that typing does not fill the history. */
function writeAddress() {
  history.replaceState(null, '', addressOf(shown));
}
