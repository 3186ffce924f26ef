// Frames down to the last field, with the bytes that say it; and two frames side by side where testbeds disagree.

function bytesOf(frame) {
  return frame.hex.match(/../g) ?? [];
}

/** The decoded tree and the bytes; pointing at a field marks its bytes. */
function frameView(number) {
  const frame = data.frames[number];
  const bytes = hexDump(frame, new Set());
  const mark = (offset, length) => bytes.querySelectorAll('[data-at]').forEach(cell => {
    const at = Number(cell.dataset.at);
    cell.classList.toggle('is-marked', at >= offset && at < offset + length);
  });
  const pointing = ({ offset, length }) => ({
    onmouseenter: () => mark(offset, length), onfocusin: event => { event.stopPropagation(); mark(offset, length); },
  });
  const field = told => el('li', { tabindex: '0', ...pointing(told) },
    el('span.field-name', null, told.name), el('span.field-value', null, told.value),
    told.parts && el('ul', null, told.parts.map(field)));
  const layer = told => el('details.layer', { open: true },
    el('summary', pointing(told), el('b', null, told.name), ' ', told.summary), el('ul', null, told.fields.map(field)));
  return el('.frame-view', null, bytes, el('.layers', null, frame.layers.map(layer)));
}

/** Sixteen bytes a line, as numbers and as text; the bytes whose places are given are marked as different. */
function hexDump(frame, different) {
  const bytes = bytesOf(frame);
  const cell = (at, text) => el(different.has(at) ? 'i.is-different' : 'i', { 'data-at': at }, text);
  const printable = byte => {
    const code = parseInt(byte, 16);
    return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '·';
  };
  const lines = [];
  for (let start = 0; start < bytes.length; start += 16) {
    const line = bytes.slice(start, start + 16);
    lines.push(el('.hex-line', null,
      el('span.hex-offset', null, start.toString(16).padStart(4, '0')),
      el('span.hex-bytes', null, line.map((byte, i) => cell(start + i, byte))),
      el('span.hex-text', { 'aria-hidden': 'true' }, line.map((byte, i) => cell(start + i, printable(byte))))));
  }
  return el('.hex', { role: 'group', 'aria-label': `${count(bytes.length, 'byte')}` }, lines);
}

/** The places where two frames differ; what one has and the other lacks counts as different. */
function differingBytes(one, other) {
  const [a, b] = [bytesOf(one), bytesOf(other)];
  return new Set(Array.from({ length: Math.max(a.length, b.length) }, (_, at) => at).filter(at => a[at] !== b[at]));
}

/** The innermost fields that lie on any of these bytes, by name. */
function fieldsAt(frame, places) {
  const touched = field => Array.from({ length: field.length }, (_, i) => field.offset + i).some(at => places.has(at));
  return frame.layers.flatMap(layer => layer.fields.filter(touched).map(field => `${layer.name} ${field.name}`));
}

function differenceView(difference) {
  if (difference.walk) {
    return el('.difference', null, el('p', null, linked(difference.walk)));
  }
  const side = (testbed, number) => number === undefined ? null : { testbed, frame: data.frames[number] };
  const [one, other] = [side(difference.one, difference.oneFrame), side(difference.other, difference.otherFrame)];
  if (!one || !other) {
    const [has, lacks] = one ? [difference.one, difference.other] : [difference.other, difference.one];
    const number = difference.oneFrame ?? difference.otherFrame;
    return el('.difference', null,
      el('p', null, 'At ', el('b', null, listing(difference.ports)), ` the ${has} delivers a frame, and the ${lacks} does not:`,
        el('br'), el('code', null, data.frames[number].headline)),
      frameView(number));
  }
  const places = differingBytes(one.frame, other.frame);
  return el('.difference', null,
    el('p', null, 'At ', el('b', null, listing(difference.ports)), ` ${count(places.size, 'byte')} differ${places.size === 1 ? 's' : ''}: ${listing(fieldsAt(one.frame, places), 'no field')}`),
    el('.two-frames', null, [one, other].map(({ testbed, frame }) => el('figure', null,
      el('figcaption', null, el('b', null, testbed), ' ', frame.headline), hexDump(frame, places)))));
}
