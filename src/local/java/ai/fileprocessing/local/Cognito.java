package ai.fileprocessing.local;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Cognito's keys and tokens, for users who all exist: any name with any password that is not empty.
 *
 * <ul>
 *   <li>{@code GET /us-east-1_local/.well-known/jwks.json} and {@code openid-configuration}
 *   <li>{@code POST /}: InitiateAuth with USER_PASSWORD_AUTH or REFRESH_TOKEN_AUTH
 *   <li>{@code GET /token?user=alice}: an access token as text; {@code use=id} an ID token, {@code
 *       groups=A,B} puts the user into groups, {@code claim.NAME=VALUE} sets a claim, {@code
 *       header.NAME=VALUE} a header field, {@code omit=NAME} leaves a claim out, {@code pool=other}
 *       signs as the pool {@code us-east-1_other}
 *   <li>{@code GET /stats}: how often keys were fetched; {@code POST /config {"jwks_down": true}}
 *       makes them answer 503
 * </ul>
 */
public final class Cognito implements AutoCloseable {
  public static final String CLIENT_ID = "local-client";

  private static final String POOL = "local";
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern WELL_KNOWN =
      Pattern.compile("/us-east-1_([A-Za-z0-9]{1,50})/\\.well-known/(.+)");

  private final int port;
  private final Path keys;
  private final Tokens tokens = new Tokens(Clock.systemUTC());
  private final Map<String, Pool> pools = new ConcurrentHashMap<>();
  private final AtomicLong jwksFetches = new AtomicLong();
  private final LoopbackServer server;
  private volatile boolean jwksDown;

  Cognito(int port, Path keys) {
    this.port = port;
    this.keys = keys;
    pool(POOL);
    server = LoopbackServer.start("cognito", port, new Calls());
  }

  public String issuer() {
    return pool(POOL).issuer();
  }

  /** The issuer of a stand-in on that port. */
  static String issuer(int port) {
    return issuer(port, POOL);
  }

  private static String issuer(int port, String pool) {
    return LoopbackServer.uri(port) + "/us-east-1_" + pool;
  }

  /** An access token that the service believes. */
  public String token(String user) {
    return token(user, Map.of());
  }

  /** As {@code GET /token}: the options are its query parameters. */
  public String token(String user, Map<String, String> options) {
    Fields fields = new Fields();
    options.forEach(fields::put);
    fields.put("user", user);
    return TokenRequest.of(fields).token(tokens, this::pool);
  }

  /** The {@code sub} of the user's tokens. */
  public static String subject(String user) {
    return Tokens.subject(user);
  }

  /** How often the keys were asked for, also while they were down. */
  public long jwksFetches() {
    return jwksFetches.get();
  }

  public void jwksDown(boolean down) {
    jwksDown = down;
  }

  @Override
  public void close() {
    server.close();
  }

  private Pool pool(String name) {
    return pools.computeIfAbsent(
        name, n -> Pool.of(issuer(port, n), keys.resolve("us-east-1_" + n + ".jwk")));
  }

  private final class Calls extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      response.getHeaders().put("Access-Control-Allow-Origin", "*");
      String path = request.getHttpURI().getPath();
      var wellKnown = WELL_KNOWN.matcher(path);
      String call = request.getMethod() + " " + path;
      if (request.getMethod().equals("OPTIONS")) {
        response.getHeaders().put("Access-Control-Allow-Headers", "*");
        response.getHeaders().put("Access-Control-Allow-Methods", "GET, POST");
        return Reply.send(response, callback, 200, "text/plain", "");
      } else if (request.getMethod().equals("GET") && wellKnown.matches()) {
        return publish(pool(wellKnown.group(1)), wellKnown.group(2), response, callback);
      } else if (call.equals("GET /token")) {
        return token(request, response, callback);
      } else if (call.equals("GET /stats")) {
        var stats = JsonNodeFactory.instance.objectNode().put("jwks_fetches", jwksFetches.get());
        return Reply.json(response, callback, 200, stats);
      } else if (call.equals("POST /config")) {
        jwksDown = body(request).path("jwks_down").asBoolean(jwksDown);
        var config = JsonNodeFactory.instance.objectNode().put("jwks_down", jwksDown);
        return Reply.json(response, callback, 200, config);
      } else if (call.equals("POST /")) {
        String target = request.getHeaders().get("X-Amz-Target");
        SignIn.Answer answer =
            new SignIn(tokens, pool(POOL)).answer(target == null ? "" : target, body(request));
        answer.error().ifPresent(e -> response.getHeaders().put("x-amzn-errortype", e));
        return Reply.send(
            response, callback, answer.status(), SignIn.MEDIA_TYPE, answer.body().toString());
      }
      return Reply.text(response, callback, 404, "Not a call of the Cognito stand-in: " + call);
    }

    private boolean publish(Pool pool, String document, Response response, Callback callback) {
      if (document.equals("jwks.json")) {
        jwksFetches.incrementAndGet();
        return jwksDown
            ? Reply.text(response, callback, 503, "The keys are down, as configured")
            : Reply.send(response, callback, 200, "application/json", pool.jwks());
      } else if (document.equals("openid-configuration")) {
        var configuration =
            JSON.valueToTree(
                Map.of(
                    "issuer", pool.issuer(),
                    "jwks_uri", pool.issuer() + "/.well-known/jwks.json",
                    "id_token_signing_alg_values_supported", List.of("RS256")));
        return Reply.json(response, callback, 200, configuration);
      }
      return Reply.text(response, callback, 404, "Not published: " + document);
    }

    private boolean token(Request request, Response response, Callback callback) {
      try {
        String token =
            TokenRequest.of(Request.extractQueryParameters(request))
                .token(tokens, Cognito.this::pool);
        return Reply.text(response, callback, 200, token);
      } catch (IllegalArgumentException e) {
        return Reply.text(response, callback, 400, e.getMessage());
      }
    }

    private JsonNode body(Request request) throws Exception {
      try {
        return JSON.readTree(Content.Source.asString(request, StandardCharsets.UTF_8));
      } catch (JacksonException e) {
        return JsonNodeFactory.instance.missingNode();
      }
    }
  }
}
