// Opens a report in a real browser and uses it: see README.md.
//
//     node report.mjs zencat-report.html [screenshot folder]

import { readFileSync } from 'node:fs';
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
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});

async function open(options) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, ...options });
  const page = await context.newPage();
  page.on('console', message => complaints.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', error => complaints.push(`error: ${error.message}`));
  page.on('request', request => {
    if (!/^(file|data):/.test(request.url())) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(address);
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

await looks('light');
await looks('dark');
await filters();
await keys();
await withoutScripts();
await browser.close();
for (const complaint of complaints) console.error(`✗ ${complaint}`);
if (complaints.length) process.exitCode = 1;
else console.log('✓ looks, filters, keys and the page without scripts; no message, no request, nothing that axe objects to');
