import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { outcomeOf, type ReceivedRequest, rowsOf, startApi, startQbench } from "./support/qbench.ts";
import { rejectionOf } from "./support/rejection.ts";

describe("qbench api", () => {
  it("prints a response byte for byte as QBench sent it, for paths in the document and others", async () => {
    const { run, emulator } = await startQbench();
    const body = '{ "data": {"id": 9007199254740993,\n "price": 1.10, "rate": 1E2, "name": "\\u00e9\u202e"} }';
    const url = await startApi(emulator, () => new Response(body, { headers: { "content-type": "application/json" } }));
    for (const path of ["orders/1", "secret-lists/7?deep=1", `${url}/qbench/api/v3/orders/1`]) {
      expect(await run(["api", path], { QBENCH_URL: url })).toEqual({ code: 0, stdout: body, stderr: "" });
    }
  });

  it("prints a response that is not JSON, in any encoding", async () => {
    const { start, emulator } = await startQbench();
    const bytes = Buffer.from([0x25, 0x50, 0xff, 0xfe, 0x00, 0x0a]);
    const url = await startApi(emulator, () => new Response(bytes, { headers: { "content-type": "application/pdf" } }));
    const child = start(["api", "labels/1/pdf"], { QBENCH_URL: url });
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) chunks.push(chunk);
    expect(Buffer.concat(chunks)).toEqual(bytes);
  });

  it("prints status and headers for --include, but no cookies", async () => {
    const { run, emulator } = await startQbench();
    const headers = { "content-type": "application/json", "set-cookie": "jid=made-up-cookie", "x-request": "7" };
    const url = await startApi(emulator, () => new Response('{"data":{}}', { headers }));
    const { stdout } = await run(["api", "orders/1", "--include"], { QBENCH_URL: url });
    expect(stdout).toMatch(/^HTTP 200 OK\n(.+: .+\n)+\n{"data":{}}$/);
    expect(stdout).toContain("x-request: 7\n");
    expect(stdout).not.toContain("made-up-cookie");
  });

  it("prints the rows of all pages for --paginate, with dates and numbers as QBench sent them", async () => {
    const { run, emulator } = await startQbench();
    const total = (await run(["export", "samples"])).stdout.split("\n").length;
    const { code, stdout } = await run(["api", "samples", "--paginate"]);
    expect([code, stdout.split("\n").length]).toEqual([0, total]);
    const page = (id: number) =>
      `{"data":[{"id":${id},"date_created":"01/31/2026 08:00 AM","price":1.10}],"total_count":2,"total_pages":2}`;
    const url = await startApi(emulator, ({ url: { searchParams } }) => {
      const number = Number(searchParams.get("page_num"));
      return new Response(number > 2 ? '{"data":[],"total_count":2,"total_pages":2}' : page(number));
    });
    for (const path of ["orders", "secret-lists"]) {
      const rows = await run(["api", path, "--paginate", "-f", "page_size=1"], { QBENCH_URL: url });
      expect(rows.stdout).toBe(
        '{"id":1,"date_created":"01/31/2026 08:00 AM","price":1.10}\n{"id":2,"date_created":"01/31/2026 08:00 AM","price":1.10}\n',
      );
    }
  });

  it("sends fields as the query of a GET, and repeats a name with several values", async () => {
    const { run } = await startQbench();
    const { stdout } = await run(["api", "samples", "-X", "get", "-f", "order_ids=1", "-f", "order_ids=2"]);
    const { data } = JSON.parse(stdout);
    expect(new Set(data.map(({ order_id }: { order_id: number }) => order_id))).toEqual(new Set([1, 2]));
  });

  it("warns of a filter that the document does not have, because QBench ignores it", async () => {
    const { run } = await startQbench();
    const { code, stderr } = await run(["api", "samples?order_idz=1"]);
    expect([code, stderr]).toEqual([
      0,
      'qbench: "samples" has no filter "order_idz". The closest valid name is "order_ids".\n',
    ]);
  });

  it("prints the body of an error response, one line about it on stderr, and exits with 1", async () => {
    const { run } = await startQbench();
    const { code, stdout, stderr } = await run(["api", "orders/4711"]);
    const { error_type, error_token } = JSON.parse(stdout);
    expect([code, error_type]).toEqual([1, "NotFoundError"]);
    expect(stderr).toMatch(/^qbench: .*\/qbench\/api\/v2\/orders\/4711 failed: 404\b.*\n$/);
    expect(stderr).toContain(` error_token ${error_token}\n`);
  });

  it("prints no access token that the body of an error repeats", async () => {
    const { run, emulator, settings } = await startQbench();
    let token = "";
    const url = await startApi(emulator, () => Response.json({ error: `bad ${token}` }, { status: 400 }));
    token = (await run(["token"], { QBENCH_URL: url })).stdout.trim();
    const { stdout, stderr } = await run(["api", "orders/1"], { QBENCH_URL: url });
    expect(token).not.toBe("");
    expect(stdout).toContain("bad [redacted]");
    expect(stdout + stderr).not.toContain(token);
    expect(stdout + stderr).not.toContain(settings.QBENCH_CLIENT_SECRET);
  });

  it("reports an error that QBench sends with the status 200", async () => {
    const { run, emulator } = await startQbench();
    const url = await startApi(emulator, () => Response.json({ error: "No such order" }));
    const { code, stdout, stderr } = await run(["api", "orders/1"], { QBENCH_URL: url });
    expect([code, JSON.parse(stdout)]).toEqual([1, { error: "No such order" }]);
    expect(stderr).toContain("No such order");
  });
});

describe("a write by qbench api", () => {
  it.each([
    ["orders", "-f", "customer_account_id=1"],
    ["orders/1", "-X", "DELETE"],
    ["orders/1", "-X", "delete"],
    ["secret-lists", "--input", "-"],
  ])("needs --yes without a terminal, and sends nothing otherwise: api %s", async (...args) => {
    const { run, emulator } = await startQbench();
    const { code, stdout, stderr } = await run(["api", ...args], {}, "{}");
    expect([code, stdout, emulator.stats.requests]).toEqual([2, "", 0]);
    expect(stderr).toMatch(
      /^qbench: (POST|DELETE) \S+ can change data\. To send it without a question, add --yes\.\n$/,
    );
  });

  it("builds the body from fields, with the types of the document, as a list if the document says so", async () => {
    const received: ReceivedRequest[] = [];
    const { run, emulator } = await startQbench();
    const url = await startApi(emulator, request => {
      received.push(request);
      return Response.json({ data: [] });
    });
    const fields = [
      "id=9007199254740993",
      "emailed=true",
      "invoicing_notes=00123",
      "approved_by_id=null",
      'division={"id": 1.10}',
      "custom field=7",
      "po_number=a=b",
    ].flatMap(field => ["-f", field]);
    await run(["api", "orders", "-X", "PATCH", "--yes", ...fields], { QBENCH_URL: url });
    await run(["api", "secret-lists", "--yes", "-f", "count=3"], { QBENCH_URL: url });
    expect(received.map(({ method, body }) => [method, body])).toEqual([
      [
        "PATCH",
        '[{"id":9007199254740993,"emailed":true,"invoicing_notes":"00123","approved_by_id":null,"division":{"id": 1.10},"custom field":"7","po_number":"a=b"}]',
      ],
      ["POST", '{"count":"3"}'],
    ]);
  });

  it.each([
    ["id=seven", 'The field "id" takes a number or null.'],
    ["id=0x10", 'The field "id" takes a number or null.'],
    ["id=007", 'The field "id" takes a number or null.'],
    ["emailed=yes", 'The field "emailed" takes true, false or null.'],
    ["division=1,2", 'The field "division" takes JSON.'],
    ["invoicing_notes", '"invoicing_notes" is not of the form name=value.'],
    ["=7", '"=7" is not of the form name=value.'],
    ["id=1 -f id=2", 'The field "id" takes one value. It was given several times.'],
  ])("rejects -f %s and sends nothing", async (fields, message) => {
    const args = ["api", "orders", "-X", "PATCH", "--yes", "-f", ...fields.split(" ")];
    expect(await rejectionOf(args)).toEqual({ code: 2, stderr: `qbench: ${message}\n` });
  });

  it("sends a file or stdin as it is but for a byte order mark, and the fields as the query", async () => {
    const received: ReceivedRequest[] = [];
    const { run, emulator, folder } = await startQbench();
    const url = await startApi(emulator, request => {
      received.push(request);
      return Response.json({ data: [] });
    });
    const body = '[ {"id": 1,\n"price": 1.10, "huge": 9007199254740993} ]\n';
    await writeFile(join(folder, "orders.json"), body);
    const sent = ["api", "orders?a=1", "-X", "PATCH", "--yes", "-f", "b=2", "--input"];
    await run([...sent, "orders.json"], { QBENCH_URL: url });
    await run([...sent, "-"], { QBENCH_URL: url }, body);
    await run([...sent, "-"], { QBENCH_URL: url }, `\ufeff${body}`);
    expect(received).toHaveLength(3);
    for (const request of received) expect([request.body, request.url.search]).toEqual([body, "?a=1&b=2"]);
  });

  it.each([
    ["{", "--input is not JSON in UTF-8. Nothing was sent."],
    ["", "--input is not JSON in UTF-8. Nothing was sent."],
    [undefined, "Could not read --input (ENOENT)."],
  ])("rejects an input that is %j and sends nothing", async (input, message) => {
    const { run, emulator } = await startQbench();
    const args = ["api", "orders", "--yes", "--input", input === undefined ? "missing.json" : "-"];
    expect(await run(args, {}, input)).toEqual({ code: 2, stdout: "", stderr: `qbench: ${message}\n` });
    expect(emulator.stats.requests).toBe(0);
  });

  it.each([
    [["orders", "-X", "GET", "--input", "-"], "A GET has no body. Remove --input or -X."],
    [["orders", "-X", "POST", "--paginate"], "--paginate works only with GET requests, and not with --include."],
    [["orders", "--include", "--paginate"], "--paginate works only with GET requests, and not with --include."],
    [["orders", "-X", "FETCH"], "argument 'FETCH' is invalid. The methods are GET, HEAD, "],
  ])("rejects the options of api %j and sends nothing", async (args, message) => {
    const { code, stderr } = await rejectionOf(["api", ...args, "--yes"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it("prints the record, reports ignored fields on stderr, and exits with 1", async () => {
    const { run } = await startQbench();
    const args = ["api", "orders", "-X", "PATCH", "--yes", "-f", "id=1", "-f", "invoicing_notes=Urgent"];
    const accepted = await run(args);
    expect([accepted.code, accepted.stderr]).toEqual([0, ""]);
    const { code, stdout, stderr } = await run([...args, "-f", "invoicing_note=Urgent", "-f", "colour=red"]);
    expect([code, JSON.parse(stdout).data[0]]).toEqual([
      1,
      expect.objectContaining({ id: 1, invoicing_notes: "Urgent" }),
    ]);
    expect(stderr).toMatch(/^qbench: PATCH \S+: QBench ignored invoicing_note, colour \(records: 1\)\. .*\n$/);
  });

  it("compares one record with the response, too, although the document declares a list", async () => {
    const { run, emulator } = await startQbench();
    const url = await startApi(emulator, () => Response.json({ data: [{ id: 1 }] }));
    const args = ["api", "orders", "-X", "PATCH", "--input", "-", "--yes"];
    const { code, stderr } = await run(args, { QBENCH_URL: url }, '{"id":1,"colour":"red"}');
    expect([code, stderr]).toEqual([1, expect.stringContaining("QBench ignored colour (records: 1).")]);
  });

  it.each([
    ["an ignored field", ["orders", "-X", "PATCH", "-f", "id=1", "-f", "colour=red"], "QBench ignored colour"],
    ["an error", ["orders/4711", "-X", "DELETE", "--include"], "failed: 404"],
  ])("reports %s even if the reader of the output has closed the pipe", async (_, args, message) => {
    const { start } = await startQbench();
    const child = start(["api", ...args, "--yes"]);
    child.stdout.destroy();
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  });

  it.each([
    ["the connection breaks after QBench executed it", { cut: "after" }],
    ["the connection breaks during the response", { cut: "during" }],
    ["the server responds with 503", { status: 503 }],
  ] as const)("is sent once if %s", async (_, fault) => {
    const { run, emulator } = await startQbench();
    emulator.faults.add({ on: "api", method: "POST", ...fault });
    const { code, stderr } = await run(["api", "customers", "--yes", "-f", "customer_name=Once"]);
    expect([code, stderr.split("\n").length]).toEqual([1, 2]);
    expect(stderr).toContain("check before you send it again");
    const { stdout } = await run(["api", "customers", "--paginate"]);
    expect(rowsOf(stdout).filter(({ customer_name }) => customer_name === "Once").length).toBeLessThanOrEqual(1);
  });

  it("is sent again after a 429, because QBench did not execute it", async () => {
    const { run, emulator } = await startQbench();
    emulator.faults.add({ on: "api", method: "POST", status: 429, times: 1, headers: { "retry-after": "0" } });
    const { code, stdout } = await run(["api", "customers", "--yes", "-f", "customer_name=Again"]);
    expect([code, JSON.parse(stdout).data.length]).toEqual([0, 1]);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ends on %s while it reads stdin, and sends nothing", async (signal, expected) => {
    const { start, emulator } = await startQbench();
    const child = start(["api", "customers", "--input", "-", "--yes"]);
    // More than a pipe can hold, so the command is reading when the write ends.
    await new Promise(done => child.stdin.write(" ".repeat(1_000_000), done));
    child.kill(signal);
    expect(await outcomeOf(child)).toEqual({ code: expected, stdout: "", stderr: "qbench: stopped\n" });
    expect(emulator.stats.requests).toBe(0);
  });

  it("that is stopped during the token request does not say that QBench may have executed it", async () => {
    const { start, emulator } = await startQbench();
    emulator.faults.add({ on: "token", latencyMs: 600_000 });
    const child = start(["api", "orders/1", "-X", "DELETE", "--yes"]);
    await expect.poll(() => emulator.stats.faults, { timeout: 100_000 }).toBe(1);
    child.kill("SIGINT");
    expect(await outcomeOf(child)).toEqual({ code: 130, stdout: "", stderr: "qbench: stopped\n" });
  });

  it("that is stopped with Ctrl-C says that QBench may have executed it", async () => {
    const { start, emulator } = await startQbench();
    const child = start(["api", "orders/1", "-X", "DELETE", "--yes"], {
      QBENCH_URL: await startApi(emulator, () => {
        child.kill("SIGINT");
        return new Response(new ReadableStream());
      }),
    });
    const { code, stderr } = await outcomeOf(child);
    expect([code, stderr]).toEqual([
      130,
      "qbench: QBench may have executed DELETE /qbench/api/v2/orders/1. Check before you send it again.\nqbench: stopped\n",
    ]);
  });
});
