// One scenario: its steps, below each the frames that it sent, and what every testbed said of them.

function scenarioBody(scenario) {
  return el('.scenario-body', null,
    description(scenario.description),
    el('.story', null, steps(scenario), drawing(scenario)),
    agreement(scenario),
    states(scenario),
    el('p.small', null, 'Written in ', place(scenario.id), ` · seed ${scenario.seed} · `,
      scenario.runs.map(run => `${run.testbed} ${duration(run.milliseconds)}`).join(' · '),
      scenario.leftOut.map(({ testbed, reason }) => ` · not on ${testbed}: ${reason}`)));
}

function drawing(scenario) {
  if (scenario.drawing === undefined) {
    return null;
  }
  const figure = el('figure.topology', null);
  figure.innerHTML = data.drawings[scenario.drawing]; // made by nwlab itself, with every text escaped
  return figure;
}

function steps(scenario) {
  const first = scenario.steps.findIndex(step => !step.background);
  const background = scenario.steps.slice(0, first);
  const quiet = background.every(step => worst(step.results) === 'passed');
  return el('ol.steps', null,
    background.length > 0 && el('li.background', null, el('details', { open: !quiet },
      el('summary', null, `Background: ${count(background.length, 'step')}`),
      el('ol.steps', null, background.map(step => stepItem(scenario, step))))),
    scenario.steps.slice(first).map(step => stepItem(scenario, step)));
}

function stepItem(scenario, step) {
  const status = worst(step.results);
  const frames = step.exchanges.flatMap(exchange => exchange.journeys.map(journey => ({ exchange, journey })));
  return el(`li.step.is-${status}`, null,
    el('p.step-text', null,
      el('span.sign', { 'aria-hidden': 'true' }, statuses[status]), el('span.hidden', null, `${status}: `),
      el('b', null, step.keyword), ' ', step.text),
    step.table && tableOf(step.table),
    step.doc !== undefined && el('pre.doc', { tabindex: '0' }, step.doc.split('\n').flatMap((line, i) => [i > 0 ? '\n' : '', ...coloured(line)])),
    messages(scenario, step),
    frames.length > 0 && frameList(scenario, step, frames));
}

function worst(results) {
  const order = Object.keys(statuses);
  return results.length === 0 ? 'skipped'
    : order[Math.max(...results.map(result => order.indexOf(result.status)))];
}

function tableOf([header, ...rows]) {
  return el('.table', { tabindex: '0', role: 'group', 'aria-label': 'Table of the step' }, el('table', null,
    el('thead', null, el('tr', null, header.map(cell => el('th', { scope: 'col' }, cell)))),
    el('tbody', null, rows.map(row => el('tr', null, row.map(cell => el('td', null, cell)))))));
}

/** What testbeds say of a step that did not pass, and what is remarkable about its document; once when they all say the same. */
function messages(scenario, step) {
  const said = new Map();
  step.results.forEach((result, run) => {
    if (result.message || result.mistakes.length > 0) {
      const key = JSON.stringify([result.message, result.mistakes]);
      said.set(key, { result, testbeds: [...(said.get(key)?.testbeds ?? []), scenario.runs[run].testbed] });
    }
  });
  return [...said.values()].map(({ result, testbeds }) => el(`.message.is-${result.status === 'passed' ? 'mistaken' : result.status}`, null,
    el('p.message-head', null, ...(result.status === 'passed' ? ['Warning'] : [badge(result.status), ` on ${listing(testbeds)}`])),
    result.mistakes.length > 0 ? result.mistakes.map(mistake)
      : el('pre', { tabindex: '0' }, linked(result.message))));
}

function mistake({ position, code, message, help }) {
  return el('p.mistake', null, place(position), ' ', el('b', null, message), ' ', el('span.small', null, code),
    help && el('span.help', null, help));
}

function frameList(scenario, step, frames) {
  const unremarkable = worst(step.results) === 'passed' && !scenario.differences?.some(difference =>
    frames.some(({ exchange }) => exchange.number === difference.exchange));
  const many = frames.length > 12 || (unremarkable && (step.background || frames.length > 6));
  const list = el('ol.frames', null, frames.map(({ exchange, journey }) => frameItem(scenario, exchange, journey)));
  return many ? el('details', null, el('summary', null, count(frames.length, 'frame')), list) : list;
}

function frameItem(scenario, exchange, journey) {
  const fates = journey.runs.map((fate, run) => fate && { ...fate, testbed: scenario.runs[run].testbed }).filter(Boolean);
  const alike = fates.every(fate => String(fate.at) === String(fates[0].at));
  const route = (fate, testbed) => el('span.route', null,
    testbed && el('span.testbed', null, testbed), ' ',
    el('b', null, journey.from ?? '(the network)'), el('span.arrow', { 'aria-hidden': 'true' }, ' → '), el('span.hidden', null, ' to '),
    fate.at.length > 0 ? el('b', null, fate.at.join(', ')) : el('span.nobody', null, 'nobody'));
  const judged = fates.find(fate => fate.verdicts.length > 0);
  const drops = (judged?.verdicts ?? []).filter(verdict => !verdict.passed);
  const frame = data.frames[journey.frame];
  const details = el(alike ? 'details.frame' : 'details.frame.is-different', null,
    el('summary', null,
      el('span.routes', null, alike ? route(fates[0]) : fates.map(fate => route(fate, fate.testbed))),
      el('span.headline', null, frame.headline),
      drops.map(drop => el('span.drop', null, `dropped ${drop.toGuest ? `before ${drop.port}` : `at ${drop.port}`}`,
        drop.filter && [' by ', el('b', null, drop.filter), ' ', place(drop.position)])),
      !alike && badge('disagreed', 'testbeds differ')));
  return el('li', null, whenOpened(details, () => [traces(fates), freedom(fates, journey), frameView(journey.frame)]));
}

/** Frames that count as the same although a kernel filled some of their bytes as it liked. */
function freedom(fates, journey) {
  return fates.filter(fate => fate.frame !== undefined).map(fate => {
    const [one, other] = [data.frames[journey.frame], data.frames[fate.frame]];
    const places = differingBytes(one, other);
    return el('section.trace', null,
      el('h4', null, `The ${fate.testbed} filled ${listing(fieldsAt(one, places))} as it liked; this counts as the same`),
      hexDump(other, places));
  });
}

function traces(fates) {
  const told = fates.filter(fate => fate.trace.length > 0);
  return told.map(fate => el('section.trace', null,
    el('h4', null, `Why, according to the ${fate.testbed}`), traceTree(fate.trace)));
}

/** Indented lines as nested lists: each two blanks are a level. */
function traceTree(lines) {
  const root = el('ul', null);
  const open = [root];
  for (const line of lines) {
    const depth = Math.floor((line.length - line.trimStart().length) / 2);
    const text = line.trim();
    open.length = Math.min(open.length, depth + 1);
    while (open.length < depth + 1) { // a level deeper than the line above: below its item
      const above = open.at(-1).lastElementChild ?? open.at(-1).appendChild(el('li', null));
      open.push(above.appendChild(el('ul', null)));
    }
    const kind = /^matched/.test(text) ? 'matched' : /^not matched/.test(text) ? 'unmatched' : /dropped|rejected/.test(text) ? 'dropped' : 'plain';
    open.at(-1).append(el(`li.trace-${kind}`, null, el('span', null, linked(text))));
  }
  return root;
}

function agreement(scenario) {
  const testbeds = listing(scenario.runs.map(run => run.testbed));
  if (scenario.differences === undefined) {
    return el('p.agreement', null, scenario.runs.length > 1
      ? 'Agreement was not checked, because not every testbed could carry the scenario out.'
      : `Agreement was not checked: ${scenario.runs.length === 0 ? 'no testbed' : `only the ${testbeds}`} ran this scenario.`);
  }
  if (scenario.steps.every(step => step.exchanges.length === 0)) {
    return el('p.agreement', null, 'No frame was sent, so there was nothing to compare.');
  }
  if (scenario.differences.length === 0) {
    const free = scenario.steps.flatMap(step => step.exchanges).flatMap(exchange => exchange.journeys)
      .some(journey => journey.runs.some(fate => fate?.frame !== undefined));
    return el('.agreement.is-passed', null,
      `${testbeds[0].toUpperCase()}${testbeds.slice(1)} delivered the same frames to the same guests, `,
      free ? 'byte for byte where they are not free:' : 'byte for byte.',
      free && el('ul', null, data.freeFields.map(({ field, reason }) => el('li', null, `${field}: ${reason}`))));
  }
  return el('section.agreement.is-disagreed', null,
    el('h4', null, badge('disagreed', `${count(scenario.differences.length, 'difference')} between ${testbeds}`)),
    alikeDifferences(scenario.differences).map(differenceView));
}

/** What differs in the same way at several ports is shown once. */
function alikeDifferences(differences) {
  const kinds = new Map();
  for (const { port, ...kind } of differences) {
    const key = JSON.stringify(kind);
    kinds.set(key, { ...kind, ports: [...(kinds.get(key)?.ports ?? []), port] });
  }
  return [...kinds.values()];
}

function states(scenario) {
  return scenario.runs.filter(run => run.state).map(run => el('details.state', null,
    el('summary', null, `State of the ${run.testbed} testbed at the end: devices, rules, counters`),
    el('pre', { tabindex: '0' }, linked(run.state))));
}
