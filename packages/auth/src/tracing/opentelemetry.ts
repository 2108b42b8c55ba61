import { type Attributes, context, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { RenewalTracing } from "./renewal-tracing.js";

/**
 * Creates OpenTelemetry spans for renewals, for the option `tracing`. The span of a renewal is a child of the span of
 * the caller that caused it, and has a link to the span of each other caller that waits. If the renewal failed, the
 * attribute `error.type` holds the error code. No attribute holds a secret.
 *
 * @example
 * ```ts
 * const source = createTokenSource({ baseUrl, clientId, clientSecret, tracing: renewalSpans() });
 * ```
 * @param tracer default a tracer of the global provider, looked up for each renewal so that it can be registered later
 */
export function renewalSpans(tracer?: Tracer): RenewalTracing {
  return {
    start() {
      const attributes: Attributes = { "qbench.operation": "renew_token" };
      const span: Span = (tracer ?? trace.getTracer("@qbench-sdk/auth")).startSpan("qbench renew token", {
        kind: SpanKind.CLIENT,
        attributes,
      });
      return {
        join() {
          const joiner = trace.getSpan(context.active());
          if (joiner) span.addLink({ context: joiner.spanContext() });
        },
        end(error) {
          if (error) {
            span.setAttribute("error.type", error.code);
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end();
        },
      };
    },
  };
}
