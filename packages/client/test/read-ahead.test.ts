import { expect, test } from "vitest";
import { readAhead } from "../src/lists/read-ahead.ts";

/** Requests that are answered by hand. */
function requests() {
  const answers: ((number: number) => void)[] = [];
  const failures: ((error: unknown) => void)[] = [];
  const open = new Set<number>();
  let mostOpen = 0;
  return {
    start(): Promise<number> {
      const number = answers.length;
      open.add(number);
      mostOpen = Math.max(mostOpen, open.size);
      return new Promise((resolve, reject) => {
        answers.push(resolve);
        failures.push(reject);
      });
    },
    answer(number: number): void {
      open.delete(number);
      answers[number]?.(number);
    },
    fail: (number: number): void => failures[number]?.(new Error(`${number} failed`)),
    get started() {
      return answers.length;
    },
    get mostOpen() {
      return mostOpen;
    },
  };
}

const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test("a slow request holds up no other, and the results keep their order", async () => {
  const sent = requests();
  const results = readAhead(() => sent.start());
  for (let number = 0; number < 10; number++) {
    const next = results.next();
    sent.answer(number);
    expect(await next).toEqual({ value: number, done: false });
  }
  const slow = results.next();
  await settled();
  for (let number = 11; number < 40 && number < sent.started; number++) {
    sent.answer(number);
    await settled();
  }
  expect(sent.started).toBe(30);
  expect(sent.mostOpen).toBe(10);
  sent.answer(10);
  expect(await slow).toEqual({ value: 10, done: false });
  expect(await results.next()).toEqual({ value: 11, done: false });
});

test("ten requests are made before the first result is taken, whatever is answered", async () => {
  const sent = requests();
  const first = readAhead(() => sent.start()).next();
  for (let number = 1; number < 10; number++) sent.answer(number);
  await settled();
  expect(sent.started).toBe(10);
  sent.answer(0);
  expect(await first).toEqual({ value: 0, done: false });
  await settled();
  expect(sent.started).toBe(10);
});

test("after a failure no more is asked for, and it is told in its turn", async () => {
  const sent = requests();
  const results = readAhead(() => sent.start());
  const first = results.next();
  sent.fail(1);
  sent.answer(2);
  await settled();
  sent.answer(0);
  expect(await first).toEqual({ value: 0, done: false });
  await expect(results.next()).rejects.toThrow("1 failed");
  expect(sent.started).toBe(10);
});
