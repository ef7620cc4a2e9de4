package ai.fileprocessing.local;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The calls of the Bedrock stand-in, on the wire. */
final class BedrockCalls extends Handler.Abstract {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern CONVERSE = Pattern.compile("/model/([^/]+)/converse");

  private final Bedrock bedrock;

  BedrockCalls(Bedrock bedrock) {
    this.bedrock = bedrock;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = request.getHttpURI().getPath();
    String call = request.getMethod() + " " + path;
    var converse = CONVERSE.matcher(path);
    if (request.getMethod().equals("POST") && converse.matches()) {
      // The path's plus signs stand for themselves, which the decoder of forms does not know.
      String id = URLDecoder.decode(converse.group(1).replace("+", "%2B"), StandardCharsets.UTF_8);
      // A body that does not arrive is no call yet, so the call begins after it.
      byte[] body = BufferUtil.toArray(Content.Source.asByteBuffer(request));
      bedrock.converse(id, body, bedrock.begin(request, response, callback));
      return true;
    }
    switch (call) {
      case "GET /config":
        return Reply.json(response, callback, 200, bedrock.config().toJson());
      case "POST /config":
        return configure(request, response, callback);
      case "GET /stats":
        return Reply.json(response, callback, 200, json(bedrock.stats()));
      case "GET /calls":
        return Reply.json(response, callback, 200, bedrock.files().json());
      case "POST /reset":
        bedrock.reset();
        return Reply.json(response, callback, 200, bedrock.config().toJson());
      default:
        return Reply.text(response, callback, 404, "Not a call of the Bedrock stand-in: " + call);
    }
  }

  private boolean configure(Request request, Response response, Callback callback)
      throws Exception {
    try {
      bedrock.configure(JSON.readTree(Content.Source.asString(request, StandardCharsets.UTF_8)));
      return Reply.json(response, callback, 200, bedrock.config().toJson());
    } catch (IllegalArgumentException | JacksonException e) {
      return Reply.text(response, callback, 400, e.getMessage());
    }
  }

  private static ObjectNode json(Bedrock.Stats stats) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("calls", stats.calls())
            .put("in_flight", stats.inFlight())
            .put("most_in_flight", stats.mostInFlight());
    stats.byOutcome().forEach(json.putObject("by_outcome")::put);
    return json;
  }
}
