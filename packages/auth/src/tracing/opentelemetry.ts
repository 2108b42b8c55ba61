import { type Attributes, context, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { RenewalTracing } from "./renewal-tracing.js";

/**
 * Spans for renewals, for the option `tracing`: one each, a child of the span of the call that caused it, with a link to
 * that of each call that waits as well. It ends with the code of the error if there is one; no attribute holds a secret.
 *
 * @param tracer default the global provider's, looked up at each renewal, so that it may be set up later
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
