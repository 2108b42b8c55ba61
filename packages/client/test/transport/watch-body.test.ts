import { describe, expect, it, vi } from "vitest";
import { watchBody } from "../../src/transport/watch-body.ts";
import { openBody, watched } from "../support/bodies.ts";
import { nextMacrotask } from "../support/runtime.ts";

const form = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n';
const multipart = { headers: { "Content-Type": "multipart/form-data; boundary=b" } };

describe("watchBody", () => {
  it.each<[string, BodyInit, ResponseInit, (response: Response) => Promise<unknown>, unknown]>([
    ["json()", '{"a":1}', {}, response => response.json(), { a: 1 }],
    ["text()", "words", {}, response => response.text(), "words"],
    ["arrayBuffer()", "ab", {}, async response => (await response.arrayBuffer()).byteLength, 2],
    ["blob()", "ab", {}, async response => (await response.blob()).size, 2],
    ["bytes()", "ab", {}, async response => ("bytes" in response ? (await response.bytes()).byteLength : 2), 2],
    ["formData()", form, multipart, async response => (await response.formData()).get("a"), "1"],
    ["a reader of body", "ab", {}, async response => (await new Response(response.body).bytes()).byteLength, 2],
    [
      "async iteration",
      "ab",
      {},
      async response => {
        let size = 0;
        for await (const chunk of response.body ?? []) size += chunk.byteLength;
        return size;
      },
      2,
    ],
    [
      "a pipe",
      "words",
      {},
      async response => new Response(response.body?.pipeThrough(new TransformStream())).text(),
      "words",
    ],
    ["tee()", "words", {}, async response => new Response(response.body?.tee()[1]).text(), "words"],
    ["json() after a check of body", "5", {}, async response => response.body !== null && response.json(), 5],
    ["a clone", "words", {}, response => response.clone().text(), "words"],
    [
      "the original after clone()",
      "words",
      {},
      async response => [response.clone(), await response.text()][1],
      "words",
    ],
    ["the clone of a clone", "words", {}, response => response.clone().clone().text(), "words"],
    [
      "a reader after a check of a clone",
      "words",
      {},
      async response => {
        await response.body;
        await response.clone().body?.cancel;
        return new Response(response.body).text();
      },
      "words",
    ],
  ])("watchBody calls onEnd once at the end of a body that is read by %s", async (_, body, init, read, result) => {
    const { response, onEnd } = watched(body, init);
    expect(onEnd).not.toHaveBeenCalled();
    await expect(read(response)).resolves.toEqual(result);
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it("watchBody does not call onEnd before the body has ended", async () => {
    for (const read of [
      (response: Response) => response.text(),
      (response: Response) => new Response(response.body).text(),
      (response: Response) => response.clone().text(),
    ]) {
      const body = openBody();
      const { response, onEnd } = watched(body.stream);
      const text = read(response);
      body.send("on");
      body.send("");
      await nextMacrotask();
      expect(onEnd).not.toHaveBeenCalled();
      body.send("ce");
      body.end();
      await expect(text).resolves.toBe("once");
      expect(onEnd).toHaveBeenCalledOnce();
    }
  });

  it("watchBody fills the buffer of a BYOB reader", async () => {
    const { response, onEnd } = watched("words");
    const reader = response.body?.getReader({ mode: "byob" });
    const chunk = await reader?.read(new Uint8Array(3));
    expect(new TextDecoder().decode(chunk?.value)).toBe("wor");
    expect((await reader?.read(new Uint8Array(3)))?.value?.byteLength).toBe(2);
    expect((await reader?.read(new Uint8Array(3)))?.done).toBe(true);
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it.each<[string, BodyInit | null, ResponseInit]>([
    ["null", null, {}],
    ["the body of a 204", null, { status: 204 }],
    ["the body of a 304", null, { status: 304 }],
    ["a body of length 0, which openapi-fetch does not read", "", { headers: { "Content-Length": "0" } }],
  ])("watchBody calls onEnd immediately for an empty body: %s", (_, body, init) => {
    expect(watched(body, init).onEnd).toHaveBeenCalledOnce();
  });

  it("watchBody calls onEnd if the body is cancelled, and cancels its source", async () => {
    const body = openBody();
    const { response, onEnd } = watched(body.stream);
    await response.body?.cancel("enough");
    expect(body.cancel.mock.lastCall?.[0]).toBe("enough");
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it("watchBody calls onEnd if the body is cancelled while it is read", async () => {
    const body = openBody();
    const { response, onEnd } = watched(body.stream);
    const reader = response.body?.getReader();
    body.send("on");
    await reader?.read();
    await reader?.cancel("enough");
    expect(body.cancel.mock.lastCall?.[0]).toBe("enough");
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it("watchBody calls onEnd only when both of two clones are cancelled", async () => {
    const body = openBody();
    const { response, onEnd } = watched(body.stream);
    const copy = response.clone();
    copy.body?.cancel();
    copy.body?.cancel();
    await nextMacrotask();
    expect(onEnd).not.toHaveBeenCalled();
    response.body?.cancel();
    await nextMacrotask();
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it("watchBody calls onEnd if the body fails", async () => {
    for (const read of [
      (response: Response) => response.text(),
      (response: Response) => new Response(response.body).text(),
    ]) {
      const body = openBody();
      const { response, onEnd } = watched(body.stream);
      const error = new Error("cut");
      body.fail(error);
      await expect(read(response)).rejects.toThrow();
      expect(onEnd).toHaveBeenCalledOnce();
    }
  });

  it("watchBody calls onEnd if the body cannot be parsed", async () => {
    const { response, onEnd } = watched("{");
    await expect(response.json()).rejects.toThrow(SyntaxError);
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it("watchBody continues the first read if a second read fails", async () => {
    const body = openBody();
    const { response, onEnd } = watched(body.stream);
    const text = response.text();
    await expect(response.json()).rejects.toThrow(TypeError);
    await expect(async () => response.clone()).rejects.toThrow(TypeError);
    expect(onEnd).not.toHaveBeenCalled();
    body.send("once");
    body.end();
    await expect(text).resolves.toBe("once");
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it("an abort rejects every read with its reason, even if the body ignores the signal", async () => {
    for (const read of [
      (response: Response) => response.text(),
      (response: Response) => response.clone().json(),
      (response: Response) => response.body?.getReader().read(),
    ]) {
      const controller = new AbortController();
      const { response, onEnd } = watched(openBody().stream, {}, controller.signal);
      const reading = read(response);
      const reason = { its: "own" };
      controller.abort(reason);
      expect(onEnd).toHaveBeenCalledOnce();
      await expect(reading).rejects.toBe(reason);
      expect(onEnd).toHaveBeenCalledOnce();
    }
  });

  it("watchBody rejects reads after an abort, and calls onEnd immediately if the abort came first", async () => {
    const { response, onEnd } = watched(openBody().stream, {}, AbortSignal.abort("before"));
    expect(onEnd).toHaveBeenCalledOnce();
    await expect(response.json()).rejects.toBe("before");
    await expect(watched("x", {}, AbortSignal.abort("before")).response.body?.getReader().read()).rejects.toBe(
      "before",
    );
  });

  it("watchBody leaves no listener on the signal", async () => {
    const { signal } = new AbortController();
    const [add, remove] = [vi.spyOn(signal, "addEventListener"), vi.spyOn(signal, "removeEventListener")];
    await watched("words", {}, signal).response.text();
    watched(null, {}, signal);
    expect(add).toHaveBeenCalledTimes(1);
    expect(remove.mock.calls).toEqual(add.mock.calls.map(([type, listener]) => [type, listener]));
  });

  it.each([
    ["no signal", undefined],
    ["another signal", new AbortController().signal],
  ])("two observers can watch one response, the second with %s", async (_, signal) => {
    const { response, onEnd } = watched("words");
    const outer = vi.fn();
    watchBody(response, { onEnd: outer, signal });
    await expect(new Response(response.body).text()).resolves.toBe("words");
    expect([onEnd, outer].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  });

  it("watchBody calls the onEnd of a second observer immediately if the body has ended", async () => {
    const { response } = watched("words");
    await response.text();
    const outer = vi.fn();
    watchBody(response, { onEnd: outer });
    expect(outer).toHaveBeenCalledOnce();
  });
});
