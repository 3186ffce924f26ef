// The smallest possible way to make elements: el('p.note', { title: '…' }, 'text', child, …).

const data = JSON.parse(document.getElementById('data').textContent);

/** Status words, worst last; the sign is for eyes, the word is always there for everybody else. */
const statuses = {
  passed: '✓', skipped: '–', failed: '✗', disagreed: '≠', refused: '⊘', mistaken: '!',
};

function el(description, properties, ...children) {
  const [tag, ...classes] = description.split('.');
  const element = document.createElement(tag || 'div');
  element.classList.add(...classes);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

function badge(status, text) {
  return el(`span.badge.is-${status}`, null, el('span', { 'aria-hidden': 'true' }, statuses[status]), ` ${text ?? status}`);
}

function count(number, noun) {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** A description as paragraphs: single line ends are the feature file's margin, not the author's intention. */
function description(text) {
  return text.split(/\n{2,}/).filter(Boolean).map(paragraph => el('p.description', null, paragraph.replaceAll('\n', ' ')));
}

/** 'a', 'a and b', 'a, b and c'; the given word for nobody. */
function listing(names, none = 'nobody') {
  return names.length === 0 ? none : names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function duration(milliseconds) {
  return milliseconds < 1000 ? `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Runs once, when the <details> is opened for the first time. */
function whenOpened(details, render) {
  const fill = () => {
    if (details.open && !details.dataset.filled) {
      details.dataset.filled = 'yes';
      details.append(...[render()].flat(Infinity));
    }
  };
  details.addEventListener('toggle', fill);
  return Object.assign(details, { fill });
}
