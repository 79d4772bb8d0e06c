'use strict';
(() => {
  const $ = id => document.getElementById(id);
  const data = JSON.parse($('data').textContent);
  const { languages, workflows, codes, reasons, states, items, pairs } = data;
  const [ITEM, LANGUAGE, STATE, WORKFLOW, PERCENT, DOCUMENT, MOVED, DEADLINE, CODE, REASON, TRANSLATED, STAGES] = pairs.length ? pairs[0].map((_, n) => n) : [];
  const [KIND, ID, TITLE, DEPTH, URL_, WORDS] = [0, 1, 2, 3, 4, 5];
  const UP_TO_DATE = 0, ROW = 34, MARGIN = 12;
  const SYMBOLS = { up_to_date: '✓', ready: '➜', stale: '↻', missing: '·', edited: '✎', held: '!', orphan: '✕' };
  const MEANINGS = {
    up_to_date: 'Nothing to do.', ready: 'The next apply delivers it.', in_progress: 'Smartcat is at work.',
    stale: 'The document holds an older source.', missing: 'Not yet sent to Smartcat.',
    edited: 'Changed by hand in Zendesk.', held: 'Left alone.', orphan: 'No rule asks for it any more.',
  };

  /* Elements are made, never parsed: a title is text wherever it goes. */
  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === true) element.setAttribute(key, '');
      else if (value !== false && value != null) element.setAttribute(key, value);
    }
    element.append(...children.filter(child => child != null));
    return element;
  };
  const link = (text, url) => /^https?:/.test(url || '') ? make('a', { href: url, rel: 'noreferrer' }, text) : null;
  const count = (number, one, many) => `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

  /* Parents, and the pairs of each cell. */
  const wide = languages.length;
  const parents = new Int32Array(items.length).fill(-1);
  const isGroup = new Uint8Array(items.length);
  const path = [];
  items.forEach((item, index) => {
    path.length = item[DEPTH];
    if (item[DEPTH] > 0) {
      parents[index] = path[item[DEPTH] - 1];
      isGroup[parents[index]] = 1;
    }
    path[item[DEPTH]] = index;
  });
  const first = new Int32Array(items.length * wide).fill(-1);
  const next = new Int32Array(pairs.length).fill(-1);
  for (let p = pairs.length - 1; p >= 0; p--) {
    const cell = pairs[p][ITEM] * wide + pairs[p][LANGUAGE];
    next[p] = first[cell];
    first[cell] = p;
  }
  const haystack = items.map(item => `${item[TITLE]}\n${item[ID]}`.toLowerCase());

  /* What is shown. */
  const filter = { q: '', language: -1, workflow: -1, code: -1, states: new Set() };
  const collapsed = new Set();
  const matches = new Uint8Array(pairs.length);
  let rows = [], columns = [], sums = null;

  const passes = pair => (filter.language < 0 || pair[LANGUAGE] === filter.language)
    && (filter.workflow < 0 || pair[WORKFLOW] === filter.workflow)
    && (filter.code < 0 || pair[CODE] === filter.code)
    && (!filter.states.size || filter.states.has(pair[STATE]));

  const isNarrow = () => filter.language >= 0 || filter.workflow >= 0 || filter.code >= 0 || filter.states.size > 0;

  function select() {
    const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
    const named = new Uint8Array(items.length);
    const shown = new Uint8Array(items.length);
    for (let i = 0; i < items.length; i++) {
      const own = words.every(word => haystack[i].includes(word));
      named[i] = own || (words.length && parents[i] >= 0 && named[parents[i]]) ? 1 : 0;
    }
    const done = new Int32Array(items.length * wide), all = new Int32Array(items.length * wide);
    let pairCount = 0, itemCount = 0;
    for (let p = 0; p < pairs.length; p++) {
      const pair = pairs[p];
      matches[p] = passes(pair) ? 1 : 0;
      for (let i = parents[pair[ITEM]]; i >= 0; i = parents[i]) {
        all[i * wide + pair[LANGUAGE]]++;
        if (pair[STATE] === UP_TO_DATE) done[i * wide + pair[LANGUAGE]]++;
      }
      if (!matches[p] || !named[pair[ITEM]]) continue;
      pairCount++;
      if (!shown[pair[ITEM]]) itemCount++;
      shown[pair[ITEM]] |= 2;
      for (let i = pair[ITEM]; i >= 0; i = parents[i]) shown[i] |= 1;
    }
    sums = { done, all };
    rows = [];
    let hiddenBelow = Infinity;
    for (let i = 0; i < items.length; i++) {
      if (items[i][DEPTH] <= hiddenBelow) hiddenBelow = Infinity;
      if (hiddenBelow !== Infinity || !shown[i]) continue;
      rows.push(i);
      if (collapsed.has(i)) hiddenBelow = items[i][DEPTH];
    }
    columns = filter.language < 0 ? languages.map((_, l) => l) : [filter.language];
    $('count').textContent = `${count(pairCount, 'pair', 'pairs')} of ${pairs.length.toLocaleString('en')}, in ${count(itemCount, 'item', 'items')}`;
  }

  /* The table: only rows near the visible part exist. */
  const scroller = $('scroller'), grid = $('grid'), head = grid.tHead, body = grid.tBodies[0];
  const above = make('tr', { class: 'spacer', 'aria-hidden': 'true' }, make('td'));
  const below = make('tr', { class: 'spacer', 'aria-hidden': 'true' }, make('td'));
  const drawn = new Map();
  const active = { row: 0, column: 0 };

  function drawHead() {
    const narrow = matchMedia('(max-width: 640px)').matches;
    const widthOfFirst = narrow ? 190 : 400, least = wide > 12 ? 50 : 78;
    const room = Math.floor((scroller.clientWidth - widthOfFirst - 16) / columns.length);
    const widthOfCell = Math.max(least, Math.min(150, room));
    const row = make('tr', { 'aria-rowindex': 1 }, make('th', { scope: 'col' }, 'Item'));
    row.firstChild.style.width = `${widthOfFirst}px`;
    for (const l of columns) {
      const cell = make('th', { scope: 'col', title: languages[l] }, languages[l]);
      cell.style.width = `${widthOfCell}px`;
      row.append(cell);
    }
    /* Takes the room that is left, so that columns keep their width. */
    row.append(make('td', { 'aria-hidden': 'true' }));
    head.replaceChildren(row);
    grid.style.width = `${widthOfFirst + widthOfCell * columns.length}px`;
    grid.setAttribute('aria-rowcount', rows.length + 1);
    grid.setAttribute('aria-colcount', columns.length + 1);
    above.firstChild.colSpan = below.firstChild.colSpan = columns.length + 2;
  }

  function describe(pair) {
    const percent = pair[PERCENT] >= 0 && pair[STATE] !== UP_TO_DATE ? `, ${pair[PERCENT]} %` : '';
    const why = pair[CODE] >= 0 ? `, ${codes[pair[CODE]]}` : '';
    return `${languages[pair[LANGUAGE]]}: ${states[pair[STATE]][1]}${percent}${why}`;
  }

  function drawCell(i, l) {
    const p = first[i * wide + l];
    const cell = make('td', { tabindex: -1 });
    cell.dataset.language = l;
    if (p < 0) {
      const all = sums.all[i * wide + l];
      const percent = all ? Math.floor(sums.done[i * wide + l] * 100 / all) : null;
      cell.className = 'none';
      if (percent != null) {
        cell.append(make('span', { class: 'sum' }, `${percent} %`));
        cell.setAttribute('aria-label', `${languages[l]}: ${percent} percent up to date below`);
      } else cell.setAttribute('aria-label', `${languages[l]}: not in scope`);
      return cell;
    }
    const pair = pairs[p], name = states[pair[STATE]][0];
    const mark = make('span', { class: `cell s-${name}${matches[p] ? '' : ' dim'}` });
    mark.append(name === 'in_progress' ? String(pair[PERCENT]) : SYMBOLS[name]);
    if (name === 'in_progress') {
      const bar = make('i');
      bar.style.width = `${pair[PERCENT]}%`;
      mark.append(bar);
    }
    cell.append(mark);
    cell.title = describe(pair);
    cell.setAttribute('aria-label', cell.title);
    return cell;
  }

  function drawRow(r) {
    const i = rows[r], item = items[i];
    const row = make('tr', { 'aria-rowindex': r + 2, class: isGroup[i] ? 'group' : false });
    row.dataset.row = r;
    const name = make('div');
    name.style.paddingLeft = `${10 + item[DEPTH] * 18 + (isGroup[i] ? 0 : 8)}px`;
    if (isGroup[i]) {
      name.append(make('button', {
        type: 'button', tabindex: -1, 'aria-expanded': String(!collapsed.has(i)), 'aria-label': `${item[TITLE]}: what is below`,
      }));
    }
    const title = link(item[TITLE], item[URL_]) || make('span', { class: 'title' }, item[TITLE]);
    title.title = `${item[TITLE]} (${item[KIND]} ${item[ID]})`;
    if (title.href) title.tabIndex = -1;
    name.append(title);
    row.append(make('th', { scope: 'row', tabindex: -1 }, name));
    for (const l of columns) row.append(drawCell(i, l));
    row.append(make('td', { 'aria-hidden': 'true', class: 'none' }));
    return row;
  }

  function draw() {
    const top = Math.max(0, Math.floor(scroller.scrollTop / ROW) - MARGIN);
    /* Its height follows its rows, up to a part of the window: that part has to be filled, not the height. */
    const end = Math.min(rows.length, Math.ceil((scroller.scrollTop + Math.max(scroller.clientHeight, innerHeight)) / ROW) + MARGIN);
    for (const [r, row] of drawn) {
      if (r >= top && r < end) continue;
      /* The keyboard goes on from where it was. */
      if (row.contains(document.activeElement)) scroller.focus({ preventScroll: true });
      row.remove();
      drawn.delete(r);
    }
    let place = above;
    for (let r = top; r < end; r++) {
      if (!drawn.has(r)) {
        drawn.set(r, drawRow(r));
        place.after(drawn.get(r));
      }
      place = drawn.get(r);
    }
    above.firstChild.style.height = `${top * ROW}px`;
    below.firstChild.style.height = `${(rows.length - end) * ROW}px`;
    above.hidden = top === 0;
    below.hidden = end === rows.length;
    markActive();
  }

  function redraw() {
    drawn.clear();
    body.replaceChildren(above, below);
    drawHead();
    active.row = Math.min(active.row, Math.max(0, rows.length - 1));
    active.column = Math.min(active.column, columns.length);
    draw();
  }

  let isDue = false;
  const soon = action => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => { isDue = false; action(); });
  };
  scroller.tabIndex = -1;
  scroller.addEventListener('scroll', () => soon(draw), { passive: true });
  addEventListener('resize', () => soon(redraw));

  /* One cell is in the tab order; arrows move it. */
  const activeCell = () => drawn.get(active.row)?.cells[active.column];
  function markActive() {
    for (const cell of body.querySelectorAll('[tabindex="0"]')) cell.tabIndex = -1;
    const cell = activeCell() || body.querySelector('th');
    if (cell) cell.tabIndex = 0;
  }
  function move(row, column) {
    active.row = Math.max(0, Math.min(rows.length - 1, row));
    active.column = Math.max(0, Math.min(columns.length, column));
    const at = active.row * ROW, head = ROW;
    if (at < scroller.scrollTop) scroller.scrollTop = at;
    if (at + ROW + head > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = at + ROW + head - scroller.clientHeight;
    draw();
    const cell = activeCell();
    if (!cell) return;
    cell.focus({ preventScroll: true });
    if (active.column > 0) {
      const left = cell.offsetLeft - head - (body.querySelector('th')?.offsetWidth || 0);
      if (left < scroller.scrollLeft) scroller.scrollLeft = Math.max(0, left);
      const right = cell.offsetLeft + cell.offsetWidth;
      if (right > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = right - scroller.clientWidth;
    } else scroller.scrollLeft = 0;
  }
  scroller.addEventListener('keydown', event => {
    if (event.altKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(scroller.clientHeight / ROW) - 2);
    const { row, column } = active;
    const isFar = event.ctrlKey;
    const to = {
      ArrowDown: [row + 1, column], ArrowUp: [row - 1, column], ArrowRight: [row, column + 1], ArrowLeft: [row, column - 1],
      PageDown: [row + page, column], PageUp: [row - page, column],
      Home: [isFar ? 0 : row, 0], End: [isFar ? rows.length - 1 : row, columns.length],
    }[event.key];
    if (to) {
      event.preventDefault();
      move(...to);
    } else if ((event.key === 'Enter' || event.key === ' ') && event.target.matches('th, td')) {
      event.preventDefault();
      if (column > 0) open(rows[row], columns[column - 1]);
      else if (isGroup[rows[row]]) toggle(rows[row]);
      else event.target.querySelector('a')?.click();
    }
  });
  body.addEventListener('focusin', event => {
    const row = event.target.closest('tr');
    if (!row || row.dataset.row == null) return;
    active.row = Number(row.dataset.row);
    active.column = event.target.closest('th, td').cellIndex;
    markActive();
  });
  body.addEventListener('click', event => {
    const row = event.target.closest('tr');
    if (!row || row.dataset.row == null) return;
    const i = rows[Number(row.dataset.row)];
    const cell = event.target.closest('td[data-language]');
    if (cell) open(i, Number(cell.dataset.language));
    else if (event.target.closest('button')) toggle(i);
  });
  function toggle(i) {
    if (!collapsed.delete(i)) collapsed.add(i);
    select();
    redraw();
    move(rows.indexOf(i), 0);
  }

  /* One pair in full. */
  const detail = $('detail');
  function open(i, l) {
    const found = [];
    for (let p = first[i * wide + l]; p >= 0; p = next[p]) found.push(pairs[p]);
    if (!found.length) return;
    const item = items[i];
    const close = make('button', { type: 'button', class: 'close', 'aria-label': 'Close' }, '✕');
    close.addEventListener('click', () => detail.close());
    detail.firstElementChild.replaceChildren(
      make('h2', { id: 'detail-title' }, item[TITLE]),
      make('p', { class: 'faint' }, `${item[KIND]} ${item[ID]}${item[WORDS] ? `, ${count(item[WORDS], 'word', 'words')}` : ''}`),
      ...found.flatMap(pair => pairInFull(item, pair)), close);
    detail.showModal();
    close.focus();
  }
  detail.addEventListener('click', event => { if (event.target === detail) detail.close(); });

  function pairInFull(item, pair) {
    const [name, words] = states[pair[STATE]];
    const list = make('dl');
    const add = (term, ...what) => list.append(make('dt', {}, term), make('dd', {}, ...what));
    add('Language', languages[pair[LANGUAGE]]);
    add('State', make('span', { class: `badge s-${name}` }, words), ` ${MEANINGS[name]}`);
    if (pair[CODE] >= 0) add('Held because', `${reasons[pair[REASON]]} `, make('code', {}, codes[pair[CODE]]));
    else if (pair[REASON] >= 0) add('Stale because', reasons[pair[REASON]]);
    add('Workflow', workflows[pair[WORKFLOW]]);
    for (const [kind, percent, status, people] of pair[STAGES]) {
      const who = people ? `, ${count(people, 'person', 'people')}` : '';
      add(data.stages[kind], `${percent} % (${data.statuses[status]}${who})`);
    }
    if (pair[MOVED]) add('Last moved', `${day(pair[MOVED])}${age(data.now - pair[MOVED], ' ago')}`);
    if (pair[DEADLINE]) {
      const left = pair[DEADLINE] - data.now;
      add('Deadline', `${day(pair[DEADLINE])}${left >= 0 ? age(left, ' left') : age(-left, ' overdue')}`);
    }
    const links = make('p', { class: 'links' });
    links.append(...[
      link('Open in Smartcat’s editor', editor(pair[DOCUMENT])),
      link('Source in Zendesk', item[URL_]),
      pair[TRANSLATED] ? link('Translation in Zendesk', translation(item, languages[pair[LANGUAGE]])) : null,
    ].filter(Boolean));
    return [list, links];
  }
  const day = seconds => new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
  const age = (seconds, word) => {
    if (seconds < 60) return '';
    const [number, unit] = seconds < 3600 ? [seconds / 60, 'min'] : seconds < 172800 ? [seconds / 3600, 'h'] : [seconds / 86400, 'd'];
    return `, ${Math.floor(number)} ${unit}${word}`;
  };
  function editor(id) {
    const at = id.lastIndexOf('_');
    if (at < 0 || !data.smartcat) return null;
    return `${data.smartcat}/editor?DocumentId=${encodeURIComponent(id.slice(0, at))}&LanguageId=${encodeURIComponent(id.slice(at + 1))}`;
  }
  function translation(item, locale) {
    const at = item[URL_].indexOf('/hc/');
    const places = { article: 'articles', section: 'sections', category: 'categories' };
    return at < 0 ? null : `${item[URL_].slice(0, at)}/hc/${encodeURIComponent(locale)}/${places[item[KIND]]}/${item[ID]}`;
  }

  /* Filters; the address keeps them, so that a view can be passed on. */
  const form = $('filters'), field = name => form.elements[name];
  const choices = form.querySelector('fieldset');
  const perState = new Uint32Array(states.length);
  for (const pair of pairs) perState[pair[STATE]]++;
  states.forEach(([name, words], s) => {
    if (!perState[s]) return;
    const button = make('button', { type: 'button', class: `s-${name}`, 'aria-pressed': 'false' }, words, make('b', {}, perState[s].toLocaleString('en')));
    button.dataset.state = s;
    button.addEventListener('click', () => {
      if (!filter.states.delete(s)) filter.states.add(s);
      changed();
    });
    choices.append(button);
  });
  const fillSelect = (name, texts) => field(name).append(...texts.map((text, n) => make('option', { value: n }, text)));
  fillSelect('language', languages);
  fillSelect('workflow', workflows);
  fillSelect('code', codes);
  field('code').disabled = !codes.length;

  const chosen = name => field(name).value === '' ? -1 : Number(field(name).value);
  function changed() {
    Object.assign(filter, { q: field('q').value.trim(), language: chosen('language'), workflow: chosen('workflow'), code: chosen('code') });
    for (const button of choices.querySelectorAll('button')) button.setAttribute('aria-pressed', String(filter.states.has(Number(button.dataset.state))));
    if (filter.q || isNarrow()) collapsed.clear();
    select();
    scroller.scrollTop = 0;
    Object.assign(active, { row: 0, column: 0 });
    redraw();
    remember();
  }
  function remember() {
    const kept = new URLSearchParams();
    if (filter.q) kept.set('q', filter.q);
    if (filter.language >= 0) kept.set('language', languages[filter.language]);
    if (filter.workflow >= 0) kept.set('workflow', workflows[filter.workflow]);
    if (filter.code >= 0) kept.set('held', codes[filter.code]);
    if (filter.states.size) kept.set('state', [...filter.states].map(s => states[s][0]).join(','));
    try { history.replaceState(null, '', `#${kept}`); } catch { /* Some viewers give the page no address. */ }
  }
  function recall() {
    const kept = new URLSearchParams(location.hash.slice(1));
    const choose = (name, texts, key) => { const n = texts.indexOf(kept.get(key)); field(name).value = n < 0 ? '' : n; };
    field('q').value = kept.get('q') || '';
    choose('language', languages, 'language');
    choose('workflow', workflows, 'workflow');
    choose('code', codes, 'held');
    for (const name of (kept.get('state') || '').split(',')) {
      const s = states.findIndex(state => state[0] === name);
      if (s >= 0) filter.states.add(s);
    }
  }
  form.addEventListener('input', () => soon(changed));
  form.addEventListener('submit', event => event.preventDefault());
  form.addEventListener('reset', () => { filter.states.clear(); collapsed.clear(); soon(changed); });
  addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.target.closest?.('input, select, textarea, dialog')) return;
    event.preventDefault();
    field('q').focus();
  });

  /* The tables above lead into the matrix. */
  const show = (name, texts, text) => {
    form.reset();
    requestAnimationFrame(() => {
      filter.states.clear();
      field(name).value = texts.indexOf(text);
      changed();
      $('content').scrollIntoView();
      field(name).focus({ preventScroll: true });
    });
  };
  for (const details of document.querySelectorAll('details.held')) {
    const button = make('button', { type: 'button' }, 'Show these in the matrix');
    button.addEventListener('click', () => show('code', codes, details.dataset.code));
    details.append(button);
  }

  $('app').hidden = !pairs.length;
  if (location.hash.length > 1 && location.hash !== '#content') recall();
  Object.assign(filter, { q: field('q').value.trim(), language: chosen('language'), workflow: chosen('workflow'), code: chosen('code') });
  for (const button of choices.querySelectorAll('button')) button.setAttribute('aria-pressed', String(filter.states.has(Number(button.dataset.state))));
  select();
  redraw();
})();
