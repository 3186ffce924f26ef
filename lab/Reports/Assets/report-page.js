// The page: what the run came to, the filters, the features.

const scenarios = data.features.flatMap(feature => feature.scenarios.map(scenario => ({ feature, scenario })));
const failing = scenarios.filter(({ scenario }) => !['passed', 'skipped'].includes(scenario.status));
const items = new Map(); // by the scenario's id: { details, scenario, feature }, and the words once somebody searched
const sections = []; // { section, link, ids }

function masthead() {
  const verdict = document.getElementById('verdict');
  const unread = data.mistakes.filter(found => !told().has(found.position));
  const outcome = scenarios.length === 0 ? 'No scenario ran'
    : failing.length === 0 ? `${scenarios.length === 1 ? 'The scenario' : `All ${scenarios.length} scenarios`} passed`
      : scenarios.length === 1 ? 'The scenario did not pass' : `${failing.length} of ${scenarios.length} scenarios did not pass`;
  verdict.textContent = unread.length === 0 ? outcome : `${outcome}, and ${count(unread.length, 'mistake')} kept others from running`;
  verdict.className = failing.length + unread.length > 0 ? 'is-bad' : 'is-good';
  document.title = `${verdict.textContent} · nwlab report`;

  const tally = Object.keys(statuses).map(status => [status, scenarios.filter(one => one.scenario.status === status).length]);
  const bar = document.getElementById('proportions');
  bar.setAttribute('aria-label', tally.filter(([, number]) => number > 0).map(([status, number]) => `${number} ${status}`).join(', '));
  bar.append(...tally.filter(([, number]) => number > 0).map(([status, number]) =>
    el(`span.is-${status}`, { style: `flex-grow: ${number}`, title: `${number} ${status}` })));

  const compared = scenarios.filter(({ scenario }) => scenario.differences !== undefined);
  const agreeing = compared.filter(({ scenario }) => scenario.differences.length === 0).length;
  const facts = [
    `on ${listing(data.testbeds, 'no testbed')}`,
    compared.length === 0 ? 'agreement not checked' : `${agreeing} of ${compared.length} agree`,
    duration(data.seconds * 1000), new Date(data.started).toLocaleString(), `seed ${data.seed}`, data.version.replace(/([0-9a-f]{10})[0-9a-f]{30}/, '$1'),
  ];
  document.getElementById('facts').append(...facts.map(fact => el('span', null, fact)));
  document.getElementById('notices').append(
    ...data.leftOut.map(({ testbed, reason }) => el('li', null, `The ${testbed} testbed was left out: ${reason}`)),
    ...unread.map(found => el('li', null, mistake(found))));
}

/** Positions of mistakes that a step explains where it stands. */
function told() {
  return new Set(scenarios.flatMap(({ scenario }) => scenario.steps)
    .flatMap(step => step.results).flatMap(result => result.mistakes).map(found => found.position));
}

function filterControls() {
  const chip = (group, value, ...label) => el('button.chip', {
    type: 'button', 'data-group': group, 'data-value': value, 'aria-pressed': 'false',
    onclick: () => { toggle(shown[group], value); changed(); },
  }, ...label);
  document.getElementById('statuses').append(...Object.entries(statuses)
    .map(([status, sign]) => [status, sign, scenarios.filter(one => one.scenario.status === status).length])
    .filter(([, , number]) => number > 0)
    .map(([status, sign, number]) => {
      const button = chip('status', status, el('span', { 'aria-hidden': 'true' }, `${sign} `), `${status} `, el('b', null, String(number)));
      button.classList.add(`is-${status}`);
      return button;
    }));
  const tags = [...new Set(scenarios.flatMap(({ scenario }) => scenario.tags))].sort();
  document.getElementById('tags').append(...tags.map(tag => chip('tag', tag, tag)));
  const search = document.getElementById('search');
  search.addEventListener('input', () => { shown.q = search.value; changed(); });
  document.getElementById('filters').addEventListener('submit', event => event.preventDefault());
  document.addEventListener('keydown', event => {
    if (event.key === '/' && !event.target.closest('input, textarea, dialog')) {
      event.preventDefault();
      search.focus();
    }
  });
}

function features() {
  document.getElementById('results').append(...data.features.map((feature, index) => {
    const heading = `feature-${index}`;
    const ids = feature.scenarios.map(scenario => scenario.id);
    const bad = feature.scenarios.filter(scenario => !['passed', 'skipped'].includes(scenario.status)).length;
    const section = el('section.feature', { 'aria-labelledby': heading },
      el('header', null,
        el('h2', { id: heading, tabindex: '-1' }, feature.name),
        el('p.small', null, feature.file, ' · ', count(feature.scenarios.length, 'scenario')),
        description(feature.description),
        feature.tags.length > 0 && el('p.tag-list', null, feature.tags.map(tag => el('span.tag', null, tag)))),
      el('.scenarios', null, feature.scenarios.map(scenario => scenarioItem(feature, scenario))));
    const link = el('li', null, el('a', {
      href: `#${heading}`,
      onclick: event => { event.preventDefault(); section.scrollIntoView(); section.querySelector('h2').focus({ preventScroll: true }); },
    }, el('span', null, feature.name), bad > 0 ? badge('failed', String(bad)) : el('span.small', null, String(feature.scenarios.length))));
    sections.push({ section, link, ids });
    return section;
  }), el('p.nothing', { id: 'nothing', hidden: true }, 'No scenario fits. ',
    el('button.quiet', { type: 'button', onclick: () => { reset(); changed(); } }, 'Show all')));
  document.getElementById('contents').append(el('ul', null, sections.map(({ link }) => link)));
}

function scenarioItem(feature, scenario) {
  const own = scenario.tags.filter(tag => !feature.tags.includes(tag));
  const details = el(`details.scenario.is-${scenario.status}`, { id: scenario.id },
    el('summary', null,
      badge(scenario.status),
      el('h3', null, scenario.name),
      own.length > 0 && el('span.tag-list', null, own.map(tag => el('span.tag', null, tag))),
      el(scenario.runs.every(run => run.status === scenario.status) ? 'span.runs.is-alike' : 'span.runs', null, scenario.runs.map(run => el(`span.run.is-${run.status}`, { title: `${run.testbed}: ${run.status}, ${duration(run.milliseconds)}` },
        el('span', { 'aria-hidden': 'true' }, statuses[run.status]), ` ${run.testbed}`, el('span.hidden', null, ` ${run.status}`))))));
  whenOpened(details, () => scenarioBody(scenario));
  details.addEventListener('toggle', () => {
    if (shown.open.has(scenario.id) !== details.open) {
      toggle(shown.open, scenario.id);
      writeAddress();
    }
  });
  items.set(scenario.id, { details, scenario, feature });
  return details;
}

/** What a search looks through: the story and its frames, and not the background that every scenario repeats. */
function wordsOf(feature, scenario) {
  const story = scenario.steps.filter(step => !step.background);
  return [
    feature.name, feature.file, scenario.name, scenario.description, ...scenario.tags,
    ...story.flatMap(step => [step.text, step.doc, ...(step.table ?? []).flat()]),
    ...scenario.steps.flatMap(step => step.results.map(result => result.message)),
    ...story.flatMap(step => step.exchanges).flatMap(exchange => exchange.journeys).flatMap(journey => [
      data.frames[journey.frame].headline, ...journey.runs.flatMap(fate => fate?.verdicts ?? []).map(verdict => !verdict.passed && verdict.filter),
    ]),
  ].filter(Boolean).join('\n').toLowerCase();
}

function toggle(set, value) {
  if (!set.delete(value)) {
    set.add(value);
  }
}

function reset() {
  Object.assign(shown, { status: new Set(), tag: new Set(), q: '' });
}

function fits(item) {
  return (shown.status.size === 0 || shown.status.has(item.scenario.status))
    && [...shown.tag].every(tag => item.scenario.tags.includes(tag))
    && shown.q.toLowerCase().split(/\s+/).filter(Boolean).every(word => (item.words ??= wordsOf(item.feature, item.scenario)).includes(word));
}

function changed() {
  writeAddress();
  show();
}

/** Makes the page look as `shown` says. */
function show() {
  const search = document.getElementById('search');
  if (search.value !== shown.q) {
    search.value = shown.q;
  }
  document.querySelectorAll('.chip').forEach(chip =>
    chip.setAttribute('aria-pressed', String(shown[chip.dataset.group].has(chip.dataset.value))));
  let fitting = 0;
  for (const item of items.values()) {
    item.details.hidden = !fits(item);
    fitting += item.details.hidden ? 0 : 1;
    item.details.open = shown.open.has(item.scenario.id);
    item.details.fill();
  }
  for (const { section, link, ids } of sections) {
    section.hidden = link.hidden = ids.length > 0 && ids.every(id => items.get(id).details.hidden);
  }
  document.getElementById('nothing').hidden = fitting > 0 || items.size === 0;
  document.getElementById('count').textContent = fitting === items.size ? count(items.size, 'scenario') : `${fitting} of ${count(items.size, 'scenario')}`;
  showSource();
}

function themeButton() {
  const button = document.getElementById('theme');
  const themes = ['auto', 'light', 'dark'];
  button.addEventListener('click', () => {
    const next = themes[(themes.indexOf(button.lastElementChild.textContent) + 1) % themes.length];
    document.documentElement.style.colorScheme = next === 'auto' ? '' : next;
    button.lastElementChild.textContent = next;
    button.setAttribute('aria-label', `Colours: ${next === 'auto' ? 'as the system has them' : next}`);
  });
}

document.querySelector('[data-skip]').addEventListener('click', event => {
  event.preventDefault();
  document.getElementById('results').focus();
});
masthead();
filterControls();
features();
themeButton();
readAddress();
if (location.hash.length < 2 && failing.length > 0) { // nobody asked for anything: show the first reason to read on
  shown.open.add(failing[0].scenario.id);
}
show();
[...shown.open].slice(0, 1).forEach(id => location.hash.includes('open=') && items.get(id)?.details.scrollIntoView());
window.addEventListener('hashchange', () => { readAddress(); show(); });
