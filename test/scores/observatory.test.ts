import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observatory } from '../support/scanners.ts';
import { visitor } from '../support/visitor.ts';
import { openWholeSite, type WholeSite } from '../support/whole-site.ts';

describe("Mozilla's Observatory", () => {
  let site: WholeSite;
  beforeAll(async () => {
    site = await openWholeSite();
  }, 600_000);
  afterAll(() => site?.close());

  it('gives the start page, which holds a form, 140 of 145 points or more', async () => {
    expect((await visitor(site.address).get('/')).text).toContain('name="csrf_token"');
    const verdict = await observatory(site);
    console.log(`Observatory: ${verdict.grade}, ${verdict.score} of 145`, verdict.found);
    // The last five are for names in the list that browsers are shipped with.
    expect(verdict.score, JSON.stringify(verdict.found)).toBeGreaterThanOrEqual(140);
    expect([verdict.grade, verdict.testsPassed, verdict.testsQuantity]).toEqual(['A+', 10, 10]);
  }, 300_000);
});
