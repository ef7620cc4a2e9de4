package ai.fileprocessing.local;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Which beginnings of requests were seen, by model: tools, then the system prompt, then messages,
 * up to a cache point. Nothing is forgotten for its age, only for the number of others.
 */
final class PromptCache {
  private static final int KEPT = 10_000;

  /** How many of the tokens of a request's input were read from the cache, or written to it. */
  record Use(int read, int written) {
    static final Use NONE = new Use(0, 0);
  }

  private record Prefix(String digest, int tokens) {}

  private final Map<String, Boolean> seen =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > KEPT;
        }
      };

  /**
   * Looks for the longest beginning that was seen, and keeps all of this request's.
   *
   * @param fewestTokens of a beginning that is kept
   */
  synchronized Use use(ConverseRequest request, int fewestTokens) {
    int read = 0;
    int longest = 0;
    for (Prefix prefix : prefixes(request)) {
      if (prefix.tokens() >= fewestTokens) {
        longest = prefix.tokens();
        if (seen.put(prefix.digest(), true) != null) {
          read = prefix.tokens();
        }
      }
    }
    return new Use(read, longest - read);
  }

  synchronized void reset() {
    seen.clear();
  }

  private static List<Prefix> prefixes(ConverseRequest request) {
    if (!request.hasCachePoint()) {
      return List.of();
    }
    Walk walk = new Walk(request.model());
    request.body().at("/toolConfig/tools").forEach(tool -> walk.json("tool", tool));
    request.body().path("system").forEach(block -> walk.json("system", block));
    for (MessageReader.Turn turn : request.turns()) {
      for (SentBlock block : turn.blocks()) {
        if (block instanceof SentBlock.CachePoint) {
          walk.point();
        } else {
          walk.add(turn.byModel() ? "assistant" : "user", block.identity(), block.tokens());
        }
      }
    }
    return walk.prefixes;
  }

  /** Goes through a request once, from its beginning. */
  private static final class Walk {
    private final MessageDigest digest = Digests.sha256();
    private final List<Prefix> prefixes = new ArrayList<>();
    private int tokens;

    Walk(String model) {
      add("model", model, 0);
    }

    void json(String kind, JsonNode block) {
      if (block.has("cachePoint")) {
        point();
      } else {
        String text = block.has("text") ? block.path("text").asString("") : block.toString();
        add(kind, text, SentBlock.tokens(text));
      }
    }

    void add(String kind, String identity, int more) {
      String framed = kind + " " + identity.length() + " " + identity;
      digest.update(framed.getBytes(StandardCharsets.UTF_8));
      tokens += more;
    }

    void point() {
      try {
        MessageDigest soFar = (MessageDigest) digest.clone();
        prefixes.add(new Prefix(HexFormat.of().formatHex(soFar.digest()), tokens));
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("The JDK's SHA-256 can be cloned", e);
      }
    }
  }
}
