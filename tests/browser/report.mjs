// Opens a report in a real browser and uses it: see README.md.
//
//     node report.mjs zencat-report.html [screenshot folder]

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [file = 'zencat-report.html', pictures] = process.argv.slice(2);
const address = pathToFileURL(resolve(file)).href;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const complaints = [];
const expect = (holds, what) => {
  if (!holds) complaints.push(what);
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ],
});

async function open(options, url = address) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, ...options });
  const page = await context.newPage();
  page.on('console', message => complaints.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', error => complaints.push(`error: ${error.message}`));
  page.on('request', request => {
    if (!/^(file|data):/.test(request.url())) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return page;
}

const pairsShown = async page => Number((await page.textContent('#count')).match(/^[\d,]+/)[0].replaceAll(',', ''));

async function looks(colorScheme) {
  const page = await open({ colorScheme });
  if (pictures) await page.screenshot({ path: join(pictures, `report-${colorScheme}.png`), fullPage: true });
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  for (const { impact, id, nodes } of violations) {
    complaints.push(`${colorScheme}: axe finds ${impact} ${id}: ${nodes[0].html.slice(0, 120)}`);
  }
  await page.context().close();
}

async function filters() {
  const page = await open();
  const data = JSON.parse(await page.textContent('#data'));
  expect(await pairsShown(page) === data.pairs.length, 'at first every pair is shown');

  const state = data.pairs[0][2];
  await page.click(`fieldset button[data-state="${state}"]`);
  await page.waitForTimeout(100);
  const inState = data.pairs.filter(pair => pair[2] === state).length;
  expect(await pairsShown(page) === inState, `${inState} pairs are in state ${data.states[state][0]}`);
  expect(await page.getAttribute(`fieldset button[data-state="${state}"]`, 'aria-pressed') === 'true', 'a pressed state says so');
  expect(page.url().endsWith(`#state=${data.states[state][0]}`), `the address keeps the filter: ${page.url()}`);

  await page.reload();
  expect(await pairsShown(page) === inState, 'the filter is there again after a reload');
  await page.click('button[type=reset]');
  await page.waitForTimeout(100);
  expect(await pairsShown(page) === data.pairs.length, 'a reset shows every pair again');

  await page.selectOption('[name=language]', { label: data.languages[0] });
  await page.waitForTimeout(100);
  expect(await pairsShown(page) === data.pairs.filter(pair => pair[1] === 0).length, 'one language has its pairs only');
  expect(await page.locator('#grid thead th').count() === 2, 'one language has one column');
  await page.click('button[type=reset]');
  await page.fill('[name=q]', data.items[data.pairs[0][0]][1]);
  await page.waitForTimeout(100);
  expect(await pairsShown(page) > 0 && await page.locator('#grid tbody tr:not(.spacer)').count() < data.items.length + 1, 'an id finds its item');
  await page.fill('[name=q]', 'no title has this');
  await page.waitForTimeout(100);
  expect(await pairsShown(page) === 0, 'what is not there is not found');
  await page.context().close();
}

async function keys() {
  const page = await open();
  await page.keyboard.press('/');
  expect(await page.evaluate(() => document.activeElement.name) === 'q', '/ searches');
  const all = await pairsShown(page);
  await page.keyboard.type('no title has this');
  await page.waitForTimeout(100);
  expect(await pairsShown(page) === 0, 'what is typed filters');
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.waitForTimeout(100);
  expect(await pairsShown(page) === all, 'and shows all again when it is gone');
  await page.focus('fieldset button');
  await page.keyboard.press('Space');
  await page.waitForTimeout(100);
  const pressed = await page.evaluate(() => document.activeElement.getAttribute('aria-pressed'));
  expect(pressed === 'true' && await pairsShown(page) < all, 'Space presses a state');
  await page.keyboard.press('Space');
  await page.focus('#grid tbody [tabindex="0"]');
  expect(await page.locator('#grid [tabindex="0"]').count() === 1, 'one cell is in the tab order');
  await page.keyboard.press('Control+End');
  const last = await page.evaluate(() => document.activeElement.closest('tr')?.getAttribute('aria-rowindex'));
  expect(last === await page.getAttribute('#grid', 'aria-rowcount'), `Ctrl+End leads to the last row, not ${last}`);
  const name = await page.evaluate(() => document.activeElement.getAttribute('aria-label'));
  expect(/: /.test(name), `a cell has a name: ${name}`);
  await page.locator('#grid .cell').first().click();
  expect(await page.locator('dialog[open] h2').isVisible(), 'a cell opens its pair');
  await page.keyboard.press('Escape');
  expect(await page.locator('dialog[open]').count() === 0, 'Escape closes it');
  await page.context().close();
}

async function withoutScripts() {
  const page = await open({ javaScriptEnabled: false });
  expect(await page.isVisible('noscript p'), 'without scripts the page says what is missing');
  expect(await page.locator('main table tbody tr').count() > 0, 'without scripts the languages are there');
  await page.context().close();
}

// The same page with the data of a large help center.
function enlarged(items, languages) {
  const text = readFileSync(file, 'utf8');
  const [, head, json, tail] = text.match(/^([^]*id="data">)([^]*?)(<\/script>[^]*)$/);
  const data = JSON.parse(json);
  const [kind, , title, , url, words] = data.items.find(item => item[0] === 'article');
  data.languages = Array.from({ length: languages }, (_, at) => `l${at}`);
  data.items = Array.from({ length: items }, (_, at) => [kind, String(at), `${title} ${at}`, at % 50 ? 1 : 0, url, words]);
  const model = data.pairs[0];
  data.pairs = data.items.flatMap((_, item) => data.languages.map((_, language) => {
    const pair = [...model];
    [pair[0], pair[1], pair[2]] = [item, language, (item + language) % data.states.length];
    return pair;
  }));
  const place = resolve('large.html');
  writeFileSync(place, head + JSON.stringify(data).replaceAll('<', '\\u003c') + tail);
  return pathToFileURL(place).href;
}

// Milliseconds on a busy machine; a page that walks all of its pairs for every row takes many seconds.
const BOUNDS = { open: 15_000, filter: 3_000, scroll: 2_000 };

async function large() {
  const [items, languages] = [5000, 20];
  const took = { open: performance.now() };
  const page = await open({}, enlarged(items, languages));
  expect(await pairsShown(page) === items * languages, `${items} × ${languages} pairs are shown`);
  took.open = performance.now() - took.open;
  const measured = await page.evaluate(async () => {
    const painted = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const time = async act => {
      const from = performance.now();
      await act();
      await painted();
      return performance.now() - from;
    };
    const q = document.querySelector('[name=q]');
    const scroller = document.getElementById('scroller');
    const middle = times => times.sort((a, b) => a - b)[times.length >> 1];
    const [filter, scroll] = [[], []];
    for (const text of ['4', '49', '499', '']) {
      filter.push(await time(() => {
        q.value = text;
        q.dispatchEvent(new Event('input', { bubbles: true }));
      }));
    }
    for (let step = 1; step <= 20; step += 1) {
      scroll.push(await time(() => { scroller.scrollTop = scroller.scrollHeight * step / 20; }));
    }
    return { filter: middle(filter), scroll: middle(scroll), elements: document.querySelectorAll('*').length };
  });
  Object.assign(took, measured);
  for (const [what, most] of Object.entries(BOUNDS)) {
    expect(took[what] < most, `${items} × ${languages}: ${what} takes ${Math.round(took[what])} ms, over ${most}`);
  }
  expect(took.elements < 20_000, `only what is in sight is in the page, not ${took.elements} elements`);
  if (pictures) await page.screenshot({ path: join(pictures, 'report-large.png') });
  await page.context().close();
  return `${items} × ${languages}: opens in ${Math.round(took.open)} ms, filters in ${Math.round(took.filter)}, scrolls in ${Math.round(took.scroll)}`;
}

await looks('light');
await looks('dark');
await filters();
await keys();
await withoutScripts();
const smooth = await large();
await browser.close();
for (const complaint of complaints) console.error(`✗ ${complaint}`);
if (complaints.length) process.exitCode = 1;
else console.log(`✓ looks, filters, keys and the page without scripts; no message, no request, nothing that axe objects to; ${smooth}`);
