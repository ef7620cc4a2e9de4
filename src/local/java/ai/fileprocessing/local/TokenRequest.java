package ai.fileprocessing.local;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.eclipse.jetty.util.Fields;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * A token as somebody asked for it: right by default, wrong in exactly the ways that were named,
 * and always with the signature that goes with it.
 */
record TokenRequest(String user, boolean id, String client, String pool, Fields wishes) {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Set<String> NAMES =
      Set.of("user", "use", "client", "pool", "groups", "omit");

  static TokenRequest of(Fields query) {
    for (String name : query.getNames()) {
      if (!NAMES.contains(name) && !name.startsWith("claim.") && !name.startsWith("header.")) {
        throw new IllegalArgumentException(
            "Unknown parameter %s; there are %s, claim.NAME and header.NAME"
                .formatted(name, NAMES.stream().sorted().toList()));
      }
    }
    String use = value(query, "use", "access");
    if (!use.equals("access") && !use.equals("id")) {
      throw new IllegalArgumentException("use is access or id, not " + use);
    }
    String pool = value(query, "pool", "local");
    if (!pool.matches("[A-Za-z0-9]{1,50}")) {
      throw new IllegalArgumentException("pool is letters and digits, not " + pool);
    }
    return new TokenRequest(
        value(query, "user", "alice"),
        use.equals("id"),
        value(query, "client", Cognito.CLIENT_ID),
        pool,
        query);
  }

  String token(Tokens tokens, Function<String, Pool> pools) {
    Pool signer = pools.apply(pool);
    ObjectNode header = Tokens.header(signer);
    ObjectNode claims = id ? tokens.id(signer, user, client) : tokens.access(signer, user, client);
    for (Fields.Field wish : wishes) {
      String name = wish.getName();
      if (name.startsWith("claim.")) {
        claims.set(name.substring("claim.".length()), json(wish.getValue()));
      } else if (name.startsWith("header.")) {
        header.set(name.substring("header.".length()), StringNode.valueOf(wish.getValue()));
      } else if (name.equals("omit")) {
        wish.getValues().forEach(claims::remove);
      } else if (name.equals("groups")) {
        Tokens.join(claims, List.of(wish.getValue().split(",")));
      }
    }
    return signer.sign(header, claims);
  }

  /** Numbers, booleans, arrays and quoted strings as such; anything else is a string. */
  private static JsonNode json(String value) {
    try {
      JsonNode node = JSON.readTree(value);
      return node.isMissingNode() ? StringNode.valueOf(value) : node;
    } catch (JacksonException e) {
      return StringNode.valueOf(value);
    }
  }

  private static String value(Fields query, String name, String otherwise) {
    String value = query.getValue(name);
    return value == null ? otherwise : value;
  }
}
