import { describe, expect, it, vi } from "vitest";
import { watchBody } from "../../src/transport/watch-body.ts";
import { openBody, watched } from "../support/bodies.ts";
import { nextMacrotask } from "../support/runtime.ts";

const form = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n';
const multipart = { headers: { "Content-Type": "multipart/form-data; boundary=b" } };

describe("watchBody", () => {
  it.each<[string, BodyInit, ResponseInit, (response: Response) => Promise<unknown>, unknown]>([
    ["json", '{"a":1}', {}, response => response.json(), { a: 1 }],
    ["text", "words", {}, response => response.text(), "words"],
    ["arrayBuffer", "ab", {}, async response => (await response.arrayBuffer()).byteLength, 2],
    ["blob", "ab", {}, async response => (await response.blob()).size, 2],
    ["bytes", "ab", {}, async response => ("bytes" in response ? (await response.bytes()).byteLength : 2), 2],
    ["formData", form, multipart, async response => (await response.formData()).get("a"), "1"],
    ["a reader", "ab", {}, async response => (await new Response(response.body).bytes()).byteLength, 2],
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
    ["tee", "words", {}, async response => new Response(response.body?.tee()[1]).text(), "words"],
    ["json after a look at the body", "5", {}, async response => response.body !== null && response.json(), 5],
    ["a clone", "words", {}, response => response.clone().text(), "words"],
    ["what a clone has left", "words", {}, async response => [response.clone(), await response.text()][1], "words"],
    ["a clone's clone", "words", {}, response => response.clone().clone().text(), "words"],
    [
      "a look at a clone and then the body",
      "words",
      {},
      async response => {
        await response.body;
        await response.clone().body?.cancel;
        return new Response(response.body).text();
      },
      "words",
    ],
  ])("tells the end of a body once, read by %s", async (_, body, init, read, result) => {
    const { response, ended } = watched(body, init);
    expect(ended).not.toHaveBeenCalled();
    await expect(read(response)).resolves.toEqual(result);
    expect(ended).toHaveBeenCalledOnce();
  });

  it("waits for the end of the body, however it is read", async () => {
    for (const read of [
      (response: Response) => response.text(),
      (response: Response) => new Response(response.body).text(),
      (response: Response) => response.clone().text(),
    ]) {
      const body = openBody();
      const { response, ended } = watched(body.stream);
      const text = read(response);
      body.send("on");
      body.send("");
      await nextMacrotask();
      expect(ended).not.toHaveBeenCalled();
      body.send("ce");
      body.end();
      await expect(text).resolves.toBe("once");
      expect(ended).toHaveBeenCalledOnce();
    }
  });

  it("fills a reader's own buffer", async () => {
    const { response, ended } = watched("words");
    const reader = response.body?.getReader({ mode: "byob" });
    const chunk = await reader?.read(new Uint8Array(3));
    expect(new TextDecoder().decode(chunk?.value)).toBe("wor");
    expect((await reader?.read(new Uint8Array(3)))?.value?.byteLength).toBe(2);
    expect((await reader?.read(new Uint8Array(3)))?.done).toBe(true);
    expect(ended).toHaveBeenCalledOnce();
  });

  it.each<[string, BodyInit | null, ResponseInit]>([
    ["null", null, {}],
    ["of 204", null, { status: 204 }],
    ["of 304", null, { status: 304 }],
    ["of length 0, which openapi-fetch does not read", "", { headers: { "Content-Length": "0" } }],
  ])("tells at once that there is no body: %s", (_, body, init) => {
    expect(watched(body, init).ended).toHaveBeenCalledOnce();
  });

  it("tells of a body that is cancelled, and cancels it at its source", async () => {
    const body = openBody();
    const { response, ended } = watched(body.stream);
    await response.body?.cancel("enough");
    expect(body.cancel.mock.lastCall?.[0]).toBe("enough");
    expect(ended).toHaveBeenCalledOnce();
  });

  it("tells of a body that is cancelled while it is read", async () => {
    const body = openBody();
    const { response, ended } = watched(body.stream);
    const reader = response.body?.getReader();
    body.send("on");
    await reader?.read();
    await reader?.cancel("enough");
    expect(body.cancel.mock.lastCall?.[0]).toBe("enough");
    expect(ended).toHaveBeenCalledOnce();
  });

  it("goes on with the other when one of two copies is cancelled", async () => {
    const body = openBody();
    const { response, ended } = watched(body.stream);
    const copy = response.clone();
    copy.body?.cancel();
    copy.body?.cancel();
    await nextMacrotask();
    expect(ended).not.toHaveBeenCalled();
    response.body?.cancel();
    await nextMacrotask();
    expect(ended).toHaveBeenCalledOnce();
  });

  it("tells of a body that fails", async () => {
    for (const read of [
      (response: Response) => response.text(),
      (response: Response) => new Response(response.body).text(),
    ]) {
      const body = openBody();
      const { response, ended } = watched(body.stream);
      const error = new Error("cut");
      body.fail(error);
      await expect(read(response)).rejects.toThrow();
      expect(ended).toHaveBeenCalledOnce();
    }
  });

  it("tells of a body that isn't what it was read as", async () => {
    const { response, ended } = watched("{");
    await expect(response.json()).rejects.toThrow(SyntaxError);
    expect(ended).toHaveBeenCalledOnce();
  });

  it("goes on with the first reading when a second is refused", async () => {
    const body = openBody();
    const { response, ended } = watched(body.stream);
    const text = response.text();
    await expect(response.json()).rejects.toThrow(TypeError);
    await expect(async () => response.clone()).rejects.toThrow(TypeError);
    expect(ended).not.toHaveBeenCalled();
    body.send("once");
    body.end();
    await expect(text).resolves.toBe("once");
    expect(ended).toHaveBeenCalledOnce();
  });

  it("ends every reading at an abort, with its own reason, though nothing else looks at the signal", async () => {
    for (const read of [
      (response: Response) => response.text(),
      (response: Response) => response.clone().json(),
      (response: Response) => response.body?.getReader().read(),
    ]) {
      const controller = new AbortController();
      const { response, ended } = watched(openBody().stream, {}, controller.signal);
      const reading = read(response);
      const reason = { its: "own" };
      controller.abort(reason);
      expect(ended).toHaveBeenCalledOnce();
      await expect(reading).rejects.toBe(reason);
      expect(ended).toHaveBeenCalledOnce();
    }
  });

  it("refuses readings after an abort, and tells at once when it came before", async () => {
    const { response, ended } = watched(openBody().stream, {}, AbortSignal.abort("before"));
    expect(ended).toHaveBeenCalledOnce();
    await expect(response.json()).rejects.toBe("before");
    await expect(watched("x", {}, AbortSignal.abort("before")).response.body?.getReader().read()).rejects.toBe(
      "before",
    );
  });

  it("leaves nothing on the signal", async () => {
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
  ])("can be done by two on one response, the second with %s", async (_, signal) => {
    const { response, ended } = watched("words");
    const outer = vi.fn();
    watchBody(response, { onEnd: outer, signal });
    await expect(new Response(response.body).text()).resolves.toBe("words");
    expect([ended, outer].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  });

  it("tells the second at once when the body has ended already", async () => {
    const { response } = watched("words");
    await response.text();
    const outer = vi.fn();
    watchBody(response, { onEnd: outer });
    expect(outer).toHaveBeenCalledOnce();
  });
});
