import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTokenSource } from "../src/index.ts";
import { renewalSpans } from "../src/tracing/opentelemetry.ts";
import { CLIENT_SECRET, json, stubTenant, thrownBy } from "./support/tenant.ts";

describe("renewalSpans", () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  beforeEach(() => {
    exporter.reset();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(provider);
  });
  afterEach(() => {
    context.disable();
    trace.disable();
  });

  test("creates one span for a renewal, as a child of the first caller's span and with links to the other callers", async () => {
    const tenant = stubTenant({ tracing: renewalSpans() });
    const source = createTokenSource(tenant.options);
    const tracer = trace.getTracer("test");
    const calls = ["one", "two", "three"].map(name =>
      tracer.startActiveSpan(name, async span => {
        await source.getToken();
        span.end();
        return span.spanContext();
      }),
    );
    const [first, ...joiners] = await Promise.all(calls);
    const renewals = exporter.getFinishedSpans().filter(({ name }) => name === "qbench renew token");
    expect(renewals).toHaveLength(1);
    expect(renewals[0]?.parentSpanContext?.spanId).toBe(first?.spanId);
    expect(renewals[0]?.links.map(link => link.context.spanId)).toEqual(joiners.map(({ spanId }) => spanId));
  });

  test("records the code of a failure, and no secret", async () => {
    const tenant = stubTenant({ tracing: renewalSpans(trace.getTracer("mine")) });
    tenant.onExchange = () => json({ error: "invalid_client", error_description: CLIENT_SECRET }, { status: 401 });
    await thrownBy(() => createTokenSource(tenant.options).getToken());
    const [span] = exporter.getFinishedSpans();
    expect(span?.attributes).toMatchObject({ "error.type": "invalid_client" });
    expect(JSON.stringify([span?.attributes, span?.events, span?.status])).not.toContain("sentinel");
  });
});
